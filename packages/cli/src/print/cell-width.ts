const segments = new Intl.Segmenter('en', { granularity: 'grapheme' });

/** What terminals draw two cells wide: East Asian wide and full-width characters, and emoji. */
const isWide =
  /[\u1100-\u115F\u2E80-\u303E\u3041-\uA4CF\uA960-\uA97C\uAC00-\uD7A3\uF900-\uFAFF\uFE30-\uFE6F\uFF01-\uFF60\uFFE0-\uFFE6\u{1F300}-\u{1FAFF}\u{20000}-\u{3FFFD}]|\p{Emoji_Presentation}|\uFE0F/u;

const widthOf = (segment: string): number => (isWide.test(segment) ? 2 : 1);

/** How many cells of a terminal a plain text takes. */
export function cellWidth(text: string): number {
  let width = 0;
  for (const { segment } of segments.segment(text)) width += widthOf(segment);
  return width;
}

/** The beginning of a plain text that fits into so many cells of a terminal. */
export function fitCells(text: string, cells: number): string {
  let width = 0;
  let fitting = '';
  for (const { segment } of segments.segment(text)) {
    width += widthOf(segment);
    if (width > cells) break;
    fitting += segment;
  }
  return fitting;
}
