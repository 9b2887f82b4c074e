import type { Problem } from '../check/position.js';

/** Front matter of more characters than this is refused unread. */
const MAX_FRONT_MATTER = 16 * 1024;
/** A spec of more characters than this is refused unread. */
const MAX_SPEC = 1024 * 1024;

/** The front matter in the text of a spec. */
export interface FrontMatterBlock {
  /** Without the lines of dashes. */
  readonly text: string;
  /** Where `text` starts in the spec. */
  readonly start: number;
  /** Where the closing line of dashes starts. */
  readonly end: number;
}

const BOM = '\uFEFF';

/** Finds the front matter: lines of three dashes around it, the first of them at the very start. */
export function findFrontMatter(text: string): FrontMatterBlock | Problem {
  const problem = (message: string, line = 1): Problem => ({ message, line, column: 1 });
  if (text.length > MAX_SPEC) return problem(`it is longer than ${MAX_SPEC} characters`);
  const head = /^---[ \t]*\r?\n/.exec(text.startsWith(BOM) ? text.slice(1, 64) : text.slice(0, 64))?.[0];
  if (head === undefined) return problem('it does not begin with front matter: a line of three dashes');
  const start = head.length + (text.startsWith(BOM) ? 1 : 0);
  // A closing line beyond the limit is not looked for.
  const window = text.slice(start, start + MAX_FRONT_MATTER + 8);
  const end = closingLine(window);
  if (end === undefined)
    return problem(
      text.length - start > MAX_FRONT_MATTER
        ? `its front matter does not end within ${MAX_FRONT_MATTER} characters`
        : 'its front matter does not end: a second line of three dashes is missing',
    );
  return { text: window.slice(0, end), start, end: start + end };
}

/** Where the first line of nothing but three dashes starts. */
function closingLine(text: string): number | undefined {
  for (let at = 0; at >= 0; at = text.indexOf('\n---', at) + 1 || -1) {
    if (!text.startsWith('---', at)) continue;
    const end = text.indexOf('\n', at);
    if (/^---[ \t]*\r?$/.test(text.slice(at, end < 0 ? undefined : end))) return at;
  }
  return undefined;
}
