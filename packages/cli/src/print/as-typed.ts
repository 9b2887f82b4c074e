/** Where the user stands: what a command needs so that it works when it is typed there. */
export interface Standpoint {
  /** What calls this program, e.g. `npx codex-orch`. */
  readonly self: string;
  /** ` --repo <folder>` where the user had to say it, else empty. */
  readonly repoFlag: string;
}

/** Commands that tell of one run, and of the latest when none is named. */
const aboutRun = /^runs (?:show|verify)$/;

const quotedCommand = /(`|")codex-orch ([a-z](?:(?!\1)[^\n])*)\1/g;

/**
 * A hint in which every command stands as it has to be typed. Those who write hints know neither how this program was called nor for
 * which repository: they write `codex-orch runs list`, in backticks or double quotes. A command that should name a run and does not
 * means the one that the message is about.
 */
export function asTyped(hint: string, { self, repoFlag }: Standpoint, message = ''): string {
  const [run] = /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/.exec(message) ?? [];
  return hint.replace(quotedCommand, (_, quote: string, words: string) => {
    const named = run !== undefined && aboutRun.test(words) ? `${words} ${run}` : words;
    return `${quote}${self} ${named}${takesRepo(words) ? repoFlag : ''}${quote}`;
  });
}

/** The log of decisions is about all repositories, and the demo makes its own. */
const takesRepo = (words: string): boolean => !/^(?:audit|demo)\b/.test(words) && !words.includes('--repo');
