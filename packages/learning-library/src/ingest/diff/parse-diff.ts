import { DiffSyntaxError, IngestLimitError } from '../errors.js';
import type { FileDiff, Hunk, HunkLine } from './file-diff.js';
import { afterPrefix, readBothPaths, readPath } from './quoted-path.js';

const MOST_BYTES = 32 * 1024 * 1024;
const MOST_FILES = 5000;

/**
 * Reads what `git diff --binary` or `git show` writes. Text before the first file is passed over; `source` names the diff in errors.
 *
 * Throws {@link DiffSyntaxError} with the line, and {@link IngestLimitError}.
 */
export function parseDiff(text: string, source = 'The diff'): FileDiff[] {
  if (text.length > MOST_BYTES) throw new IngestLimitError(source, `${text.length} characters`, `${MOST_BYTES}`);
  const reader = new Reader(text, source);
  const files: FileDiff[] = [];
  for (;;) {
    const line = reader.peek();
    if (line === undefined) return files;
    if (line.startsWith('diff --git ') || (line.startsWith('--- ') && reader.peek(1)?.startsWith('+++ ') === true)) {
      files.push(readFile(reader));
      if (files.length > MOST_FILES) throw new IngestLimitError(source, 'there are more files', `${MOST_FILES} files`);
    } else if (line.startsWith('diff --cc ') || line.startsWith('diff --combined '))
      throw reader.error('it is the diff of a merge, which has more than one side before');
    else if (line.startsWith('@@ ')) throw reader.error('there is no file to this hunk');
    else reader.next();
  }
}

class Reader {
  readonly #lines: readonly string[];
  readonly #source: string;
  at = 0;

  constructor(text: string, source: string) {
    const lines = text.split('\n');
    if (lines.at(-1) === '') lines.pop();
    // An editor that saved the diff with CRLF gave every line a carriage return; git gives none to a header, whatever the file has.
    const header = lines.find((line) => line.startsWith('diff --git ') || line.startsWith('--- '));
    this.#lines = header?.endsWith('\r') === true ? lines.map((line) => line.replace(/\r$/, '')) : lines;
    this.#source = source;
  }

  peek(ahead = 0): string | undefined {
    return this.#lines[this.at + ahead];
  }

  next(): string | undefined {
    return this.#lines[this.at++];
  }

  error(reason: string, line = this.at + 1): DiffSyntaxError {
    return new DiffSyntaxError(this.#source, line, reason);
  }
}

interface Header {
  status: FileDiff['status'];
  oldPath: string | null;
  newPath: string | null;
  isBinary: boolean;
}

function readFile(reader: Reader): FileDiff {
  const line = reader.at + 1;
  const header = readHeader(reader);
  const hunks: Hunk[] = [];
  while (reader.peek()?.startsWith('@@ ') === true) hunks.push(readHunk(reader));
  if (header.status === 'added') header.oldPath = null;
  if (header.status === 'deleted') header.newPath = null;
  return { ...header, hunks, line };
}

function readHeader(reader: Reader): Header {
  const header: Header = { status: 'modified', oldPath: null, newPath: null, isBinary: false };
  const first = reader.peek() ?? '';
  if (first.startsWith('diff --git ')) {
    const both = readBothPaths(first.slice('diff --git '.length));
    if (both !== undefined) [header.oldPath, header.newPath] = [afterPrefix(both[0]), afterPrefix(both[1])];
    reader.next();
  }
  const path = (text: string): string => {
    const read = readPath(text);
    if (read === undefined)
      throw reader.error('the quotes of its path are not closed, or an escape in them is unknown');
    return read;
  };
  for (let line = reader.peek(); line !== undefined; line = reader.peek()) {
    if (line.startsWith('new file mode ')) header.status = 'added';
    else if (line.startsWith('deleted file mode ')) header.status = 'deleted';
    else if (line.startsWith('rename from ')) [header.status, header.oldPath] = ['renamed', path(line.slice(12))];
    else if (line.startsWith('rename to ')) header.newPath = path(line.slice(10));
    else if (line.startsWith('copy from ')) [header.status, header.oldPath] = ['copied', path(line.slice(10))];
    else if (line.startsWith('copy to ')) header.newPath = path(line.slice(8));
    else if (line.startsWith('--- ')) {
      const from = path(line.slice(4));
      if (from === '/dev/null') header.status = 'added';
      else header.oldPath = afterPrefix(from);
    } else if (line.startsWith('+++ ')) {
      const to = path(line.slice(4));
      if (to === '/dev/null') header.status = 'deleted';
      else header.newPath = afterPrefix(to);
    } else if (line.startsWith('Binary files ')) header.isBinary = true;
    else if (line === 'GIT binary patch') {
      header.isBinary = true;
      skipBinary(reader);
      return header;
    } else if (!/^(index|old mode|new mode|similarity index|dissimilarity index) /.test(line)) break;
    reader.next();
  }
  if (header.oldPath === null && header.newPath === null) throw reader.error('the paths of the file cannot be told');
  return header;
}

/** `literal` or `delta`, then lines of base 85, then an empty line; once forward, once backward. */
function skipBinary(reader: Reader): void {
  reader.next();
  while (/^(literal|delta) \d+$/.test(reader.peek() ?? '')) {
    reader.next();
    while (reader.peek() !== undefined && reader.peek() !== '') reader.next();
    reader.next();
  }
}

function readHunk(reader: Reader): Hunk {
  const header = reader.next() ?? '';
  const match = /^@@ -(\d{1,9})(?:,(\d{1,9}))? \+(\d{1,9})(?:,(\d{1,9}))? @@/.exec(header);
  if (match === null) throw reader.error('the header of the hunk is damaged', reader.at);
  const lines: HunkLine[] = [];
  let oldLeft = Number(match[2] ?? 1);
  let newLeft = Number(match[4] ?? 1);
  while (oldLeft > 0 || newLeft > 0) {
    const line = reader.peek();
    const kind = line === undefined ? undefined : kindOf(line);
    if (line === undefined || kind === undefined)
      throw reader.error(`the hunk should go on for ${oldLeft} lines before and ${newLeft} after`);
    if (kind !== 'added') oldLeft--;
    if (kind !== 'removed') newLeft--;
    if (oldLeft < 0 || newLeft < 0) throw reader.error('the hunk is longer than its header says');
    reader.next();
    // An editor may have taken away the blank of an empty line.
    const isUnended = reader.peek()?.startsWith('\\') === true;
    if (isUnended) reader.next();
    lines.push({ kind, text: line.slice(1), isUnended });
  }
  return { oldStart: Number(match[1]), newStart: Number(match[3]), lines };
}

function kindOf(line: string): HunkLine['kind'] | undefined {
  if (line === '' || line.startsWith(' ')) return 'context';
  if (line.startsWith('-')) return 'removed';
  return line.startsWith('+') ? 'added' : undefined;
}
