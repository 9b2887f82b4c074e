/** Shorter values occur by chance, and redacting them would make other text unreadable. */
export const minSecretLength = 6;

/** A line of a longer secret, such as a private key, is looked for by itself: diffs and logs put marks before each line. */
const minLineLength = 12;

/** The characters of a base64 text that these bytes alone decide, when `before` bytes of something else come first. */
function base64At(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const inAscii = (text: string): string =>
  text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const inStrictUrl = (url: string): string =>
  url.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const lowerEscapes = (url: string): string => url.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());

/**
 * The ways in which a value turns up in text: as it is, in JSON (also within JSON), in URLs and forms, in base64 and base64url
 * wherever it stands in the encoded bytes, and in hex.
 */
export function spellingsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const json = inJson(value);
  // Half a surrogate pair cannot be written in a URL; decoding the bytes again replaces it.
  const url = encodeURIComponent(bytes.toString());
  const base64 = [bytes.toString('base64'), ...[0, 1, 2].map((before) => base64At(bytes, before))];
  const lines = value.split(/\r?\n/);
  const all = [
    value,
    json,
    inJson(json),
    json.replaceAll('/', '\\/'),
    inAscii(json),
    ...[url, inStrictUrl(url)].flatMap((text) => [text, lowerEscapes(text), text.replaceAll('%20', '+')]),
    ...base64.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]),
    base64[0]?.replaceAll('/', '\\/') ?? '',
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    // Every key file begins with the same words.
    ...(lines.length > 1
      ? lines.filter((line) => line.length >= minLineLength && !line.startsWith('-----')).map((line) => line.trim())
      : []),
  ];
  return [...new Set(all)].filter((spelling) => spelling.length >= minSecretLength);
}
