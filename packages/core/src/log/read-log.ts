import { LogDamagedError } from './errors.js';
import { type LogLine, parseLine, sha256 } from './line.js';

export interface LogHead {
  /** Number of lines. */
  readonly seq: number;
  /** sha256 of the last line; the genesis hash of an empty log. */
  readonly hash: string;
}

export interface LogContent {
  readonly lines: readonly LogLine[];
  readonly head: LogHead;
  /** Bytes up to and with the last good line's newline. */
  readonly goodBytes: number;
  /** The last line is whole but lacks its newline. */
  readonly lacksNewline: boolean;
  /** A last line that was never acknowledged, because its write was cut short. */
  readonly torn: { readonly line: number; readonly bytes: number } | undefined;
}

/** The hash that the first line of a log points to; it binds the log to what it is about. */
export const genesisHash = (subject: string): string => sha256(`codex-orch log of ${subject}`);

/**
 * Reads a whole log and checks every line and the chain between them.
 *
 * Throws {@link LogDamagedError} for any damage but a torn last line.
 */
export function readLog(
  bytes: Buffer,
  { path, subject }: { readonly path: string; readonly subject: string },
): LogContent {
  const lines: LogLine[] = [];
  let hash = genesisHash(subject);
  let offset = 0;
  const accept = (text: string): void => {
    const line = parseLine(text);
    if ('damage' in line) throw new LogDamagedError(path, lines.length + 1, line.damage);
    if (line.seq !== lines.length)
      throw new LogDamagedError(path, lines.length + 1, `its number is ${line.seq} where ${lines.length} belongs`);
    if (line.prev !== hash) throw new LogDamagedError(path, lines.length + 1, 'it does not follow the line before it');
    hash = sha256(text);
    lines.push(line);
  };
  const content = (rest: Pick<LogContent, 'lacksNewline' | 'torn'>): LogContent => ({
    lines,
    head: { seq: lines.length, hash },
    goodBytes: offset,
    ...rest,
  });
  for (let end = bytes.indexOf(10, offset); end >= 0; end = bytes.indexOf(10, offset)) {
    accept(bytes.toString('utf8', offset, end));
    offset = end + 1;
  }
  if (offset === bytes.length) return content({ lacksNewline: false, torn: undefined });

  const tail = bytes.toString('utf8', offset);
  if (!('damage' in parseLine(tail))) {
    accept(tail);
    offset = bytes.length;
    return content({ lacksNewline: true, torn: undefined });
  }
  // A whole line with something else in its newline's place was acknowledged once: that is damage, not a torn write.
  if (beginsWithWholeLine(tail)) throw new LogDamagedError(path, lines.length + 1, 'its newline is damaged');
  return content({ lacksNewline: false, torn: { line: lines.length + 1, bytes: bytes.length - offset } });
}

function beginsWithWholeLine(tail: string): boolean {
  for (const { index, 1: sum } of tail.matchAll(/,"sum":"([0-9a-f]{16})"\}/g)) {
    if (sha256(tail.slice(0, index)).slice(0, 16) === sum) return true;
  }
  return false;
}
