/** Where the user stands: what a command needs so that it works when it is typed there. */
export interface Standpoint {
  /** What calls this program, e.g. `npx codex-orch`. */
  readonly self: string;
  /** ` --repo <folder>` where the user had to say it, else empty. */
  readonly repoFlag: string;
  /** Where the goals of a database are, as it can be typed. */
  readonly database?: DatabaseStandpoint | undefined;
}

export interface DatabaseStandpoint {
  /** Whether the user asked about a database. */
  readonly isGiven: boolean;
  /** Its URL, through the variable that holds it where it has a secret. */
  readonly word: string;
  /** The variable that has to be set before. */
  readonly missing?: string | undefined;
  /** ` --queue <name>` where the user said it, else empty; and so the others. */
  readonly queueFlag: string;
  readonly artifactsFlag: string;
}

/** Commands that tell of one run, and of the latest when none is named. */
const aboutRun = /^runs (?:show|verify)$/;

const quotedCommand = /(`|")codex-orch ([a-z](?:(?!\1)[^\n])*)\1/g;

/** Commands about the goals of a database, and what else they take. */
const aboutDatabase: readonly (readonly [RegExp, readonly ('queueFlag' | 'artifactsFlag')[]])[] = [
  [/^goals (?:run|status)\b/, ['queueFlag', 'artifactsFlag']],
  [/^goals (?:list|cancel)\b/, ['queueFlag']],
  [/^(?:approve|reject|runs fetch)\b/, ['artifactsFlag']],
];

/** Those who write hints do not know which database is meant. */
const unsaidDatabase = / --database(?= --|$)/;

/**
 * A hint in which every command stands as it has to be typed. Those who write hints know neither how this program was called nor for
 * which repository or database: they write `codex-orch runs list`, in backticks or double quotes, and `--database` without a URL where it
 * is needed whatever the user said. A command that should name a run and does not means the one that the message is about.
 */
export function asTyped(hint: string, { self, repoFlag, database }: Standpoint, message = ''): string {
  const [run] = /\b[0-7][0-9A-HJKMNP-TV-Z]{25}\b/.exec(message) ?? [];
  let missing: string | undefined;
  const typed = hint.replace(quotedCommand, (_, quote: string, words: string) => {
    const named = run !== undefined && aboutRun.test(words) ? `${words} ${run}` : words;
    const flags = database && databaseFlagsOf(words, database);
    if (flags !== undefined) missing = database?.missing;
    const where = flags === undefined ? named : `${named.replace(unsaidDatabase, '')}${flags}`;
    return `${quote}${self} ${where}${takesRepo(words) ? repoFlag : ''}${quote}`;
  });
  return missing === undefined ? typed : `${typed} Set ${missing} to the URL of the database first.`;
}

/** What a command has to be given so that it is about the same database; undefined where it is about none. */
function databaseFlagsOf(words: string, database: DatabaseStandpoint): string | undefined {
  const [, others] = aboutDatabase.find(([commands]) => commands.test(words)) ?? [];
  const isAbout = unsaidDatabase.test(words) || (database.isGiven && others && !words.includes(' --database'));
  if (!isAbout) return undefined;
  const isNew = (flag: string): boolean => !words.includes(flag.slice(0, flag.indexOf(' ', 1)));
  return ` --database ${database.word}${(others ?? [])
    .map((name) => database[name])
    .filter(isNew)
    .join('')}`;
}

/** The log of decisions is about all repositories, and the demo makes its own. */
const takesRepo = (words: string): boolean => !/^(?:audit|demo)\b/.test(words) && !words.includes('--repo');
