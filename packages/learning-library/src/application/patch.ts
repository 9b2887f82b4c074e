/** The patch of one file, out of a longer one. */
export interface FilePatch {
  /** In the patch as a whole, in bytes. */
  readonly start: number;
  readonly end: number;
}

const HEAD = Buffer.from('diff --git ');
const NEXT = Buffer.from('\ndiff --git ');

/** Where the patch of each file is, in their order. Every other line of a patch begins with another character. */
export function splitPatch(patch: Buffer): FilePatch[] {
  const files: FilePatch[] = [];
  let start = patch.subarray(0, HEAD.length).equals(HEAD) ? 0 : -1;
  while (start >= 0) {
    const next = patch.indexOf(NEXT, start);
    files.push({ start, end: next < 0 ? patch.length : next + 1 });
    start = next < 0 ? -1 : next + 1;
  }
  return files;
}

/**
 * Applies the patch of one text file to exactly the content that it was made for. Undefined where it is not that content.
 *
 * `git apply` would do it too, but writes files itself, and not in one step.
 */
export function applyFilePatch(patch: Buffer, content: Buffer): Buffer | undefined {
  // In Latin-1 every byte is a character, so nothing is lost or joined.
  const before = splitLines(content.toString('latin1'));
  const lines = splitLines(patch.toString('latin1'));
  const after: string[] = [];
  let at = 0;
  for (let index = lines.findIndex((line) => line.startsWith('@@ ')); index >= 0 && index < lines.length;) {
    const [, first = '', count = '1'] = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@/.exec(lines[index] ?? '') ?? [];
    if (first === '') return undefined;
    // A hunk that takes nothing away names the line before it.
    const start = Number(first) - (count === '0' ? 0 : 1);
    if (start < at || start > before.length) return undefined;
    after.push(...before.slice(at, start));
    at = start;
    index += 1;
    for (; index < lines.length && !(lines[index] ?? '').startsWith('@@ '); index += 1) {
      const line = lines[index] ?? '';
      const text = isUnended(lines[index + 1]) ? line.slice(1, -1) : line.slice(1);
      const kind = line[0];
      if (kind === '+') after.push(text);
      else if (kind === ' ' || kind === '-') {
        if (before[at] !== text) return undefined;
        at += 1;
        if (kind === ' ') after.push(text);
      } else if (!isUnended(line)) return undefined;
    }
  }
  after.push(...before.slice(at));
  return Buffer.from(after.join(''), 'latin1');
}

/** What git writes below a line without a line end. */
const isUnended = (line: string | undefined): boolean => line?.startsWith('\\ ') ?? false;

/** The lines of a text, each with its end. */
const splitLines = (text: string): string[] => text.match(/[^\n]*\n|[^\n]+$/g) ?? [];
