/** Whether a content has one of some texts in it. */
export type Prefilter = (content: Buffer) => boolean;

/** So few texts are found faster one after the other than by a pattern. */
const FEW = 3;

/** Makes the cheap test that stands before parsing: on bytes, without decoding them. Undefined where there is nothing to look for. */
export function makePrefilter(texts: readonly string[]): Prefilter | undefined {
  if (texts.length === 0) return undefined;
  const needles = [...new Set(texts)].map((text) => Buffer.from(text));
  if (needles.length <= FEW) return (content) => needles.some((needle) => content.includes(needle));
  // In Latin-1 every byte is a character, so that the bytes of a text are found where the text is.
  const words = needles.map((needle) => needle.toString('latin1').replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`));
  const pattern = new RegExp(words.join('|'));
  return (content) => pattern.test(content.toString('latin1'));
}
