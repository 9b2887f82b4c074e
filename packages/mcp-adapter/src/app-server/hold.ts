import { randomUUID } from 'node:crypto';
import { readFile, rm, writeFile } from 'node:fs/promises';

/** How an app-server lives on without its client while an approval waits. */
export interface HoldOptions {
  /** Absolute path of a file in a private folder: as long as it is there and changes, the app-server is left alone. */
  readonly file: string;
  /** How long it may stay as it is. */
  readonly minutes: number;
}

const refreshMs = 20_000;

/** The wish that the app-server outlive this client. */
export class Hold {
  readonly #file: string;
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<unknown> = Promise.resolve();

  constructor({ file }: HoldOptions) {
    this.#file = file;
  }

  keep(): void {
    this.#timer ??= setInterval(() => {
      this.#then(() => this.#write());
    }, refreshMs).unref();
    this.#then(() => this.#write());
  }

  #write(): Promise<void> {
    return writeFile(this.#file, randomUUID(), { mode: 0o600 });
  }

  /** The file stays as it is, and ages. */
  async leave(): Promise<void> {
    clearInterval(this.#timer);
    await this.#writing;
  }

  async drop(): Promise<void> {
    clearInterval(this.#timer);
    this.#timer = undefined;
    this.#then(() => rm(this.#file, { force: true }));
    await this.#writing;
  }

  #then(act: () => Promise<unknown>): void {
    // Where it cannot be written, the turn is repeated instead: no reason to stop.
    this.#writing = this.#writing.then(act).catch(() => undefined);
  }
}

/**
 * Runs a command for as long as whoever started it lives, and longer while the hold file is fresh.
 *
 * Arguments: the hold file, the seconds for which it stays fresh without a change, the command. Seconds are counted, as a clock can be set. Standard input is the lifeline. A shell, because its process stays for hours and
 * must weigh nothing; what it is given is never read as code.
 */
export const guardianScript = `
hold=$1 seconds=$2
shift 2
echo $$ >"$hold.group"
exec 3<&0 </dev/null
"$@" >/dev/null 2>&1 3<&- &
codex=$!
(
  cat <&3 >/dev/null
  left=$seconds last=
  while kill -0 "$codex" 2>/dev/null && [ -f "$hold" ] && [ "$left" -gt 0 ]; do
    now=$(cat "$hold" 2>/dev/null)
    [ "$now" = "$last" ] || left=$seconds
    last=$now
    left=$((left - 1))
    sleep 1
  done
  kill -KILL "$codex" 2>/dev/null
) &
exec 3<&-
wait "$codex"
`;

const guardianName = 'codex-orch-guardian';

/** The arguments of the shell that guards a command; see {@link guardianScript}. */
export const guardianArguments = ({ file, minutes }: HoldOptions, command: readonly string[]): readonly string[] => [
  '-c',
  guardianScript,
  guardianName,
  file,
  String(minutes * 60),
  ...command,
];

/** The process group of the guardian that holds by this file; undefined when it cannot be told from a stranger's. */
export async function guardianGroup({ file }: HoldOptions): Promise<number | undefined> {
  const group = Number(await readFile(`${file}.group`, 'utf8').catch(() => ''));
  if (!Number.isSafeInteger(group) || group <= 1) return undefined;
  const line = (await readFile(`/proc/${group}/cmdline`, 'utf8').catch(() => '')).split('\0');
  return line.includes(guardianName) && line.includes(file) ? group : undefined;
}
