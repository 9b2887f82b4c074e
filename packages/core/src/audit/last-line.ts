import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { type LogLine, parseLine, sha256 } from '../log/line.js';

const firstBlockBytes = 16 * 1024;
const newline = 10;

/** The last line of a log, read from the file's end. */
export interface LastLine {
  readonly line: LogLine;
  readonly hash: string;
}

/** Undefined for a log that does not end with a whole line, or that is not there. */
export async function readLastLine(path: string): Promise<LastLine | undefined> {
  // Whoever opens it to write will say what is wrong with it.
  await using file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW).catch(() => undefined);
  if (!file) return undefined;
  const { size } = await file.stat();
  let tail = Buffer.alloc(0);
  for (let start = size, block = firstBlockBytes; start > 0; block *= 2) {
    const length = Math.min(block, start);
    start -= length;
    const { buffer, bytesRead } = await file.read(Buffer.alloc(length), 0, length, start);
    if (bytesRead < length) return undefined;
    tail = Buffer.concat([buffer, tail]);
    if (tail.at(-1) !== newline) return undefined;
    const before = tail.length < 2 ? -1 : tail.lastIndexOf(newline, -2);
    if (before < 0 && start > 0) continue;
    const text = tail.toString('utf8', before + 1, tail.length - 1);
    const line = parseLine(text);
    return 'damage' in line ? undefined : { line, hash: sha256(text) };
  }
  return undefined;
}
