import type { DatabaseFlags } from '../compose/fleet-database/open-queue.js';
import type { CliContext } from '../context.js';
import type { DatabaseStandpoint } from '../print/as-typed.js';
import { shellWord } from '../print/shell-word.js';
import type { CommonFlags } from './command.js';
import { repoFlag } from './self-command.js';

/** Where the goals of a database are, as the user named it. */
export interface RemoteFlags extends CommonFlags, DatabaseFlags {
  readonly queue?: string | undefined;
}

/** What the documentation calls the variable, and what most others do. */
const usualNames = ['CODEX_ORCH_DATABASE', 'DATABASE_URL'] as const;

interface DatabaseWord {
  readonly word: string;
  /** The variable that has to be set before the word means anything. */
  readonly missing?: string;
}

/** Parameters of a database URL that tell where it is and how it is reached. Drivers read many more, some of them secrets. */
const openParameters = [
  'host',
  'port',
  'dbname',
  'user',
  'sslmode',
  'sslrootcert',
  'connect_timeout',
  'application_name',
];

/** Whether a database URL certainly holds no secret. A redactor does not know: it leaves what is short, or was never opened. */
function mayBeShown(url: string): boolean {
  if (!URL.canParse(url)) return false;
  const { password, searchParams } = new URL(url);
  return password === '' && [...searchParams.keys()].every((name) => openParameters.includes(name));
}

/** A database URL as it can be typed again: through the variable that holds it, or as it is where it holds no secret. */
function databaseWord({ process: { env }, redactor }: CliContext, { database }: DatabaseFlags): DatabaseWord {
  const url = database ?? env['CODEX_ORCH_DATABASE'];
  const others = Object.keys(env).filter((name) => /^[A-Za-z_]\w*$/.test(name));
  const holder = url === undefined ? undefined : [...usualNames, ...others].find((name) => env[name] === url);
  if (holder !== undefined) return { word: `"$${holder}"` };
  if (url !== undefined && mayBeShown(url) && redactor.text(url) === url) return { word: shellWord(url) };
  // One that holds another database would be believed.
  const missing = usualNames.find((name) => env[name] === undefined) ?? usualNames[0];
  return { word: `"$${missing}"`, missing };
}

/** Where the goals of a database are, for commands that hints name. */
export function databaseStandpoint(
  context: CliContext,
  flags: DatabaseFlags & Pick<RemoteFlags, 'queue'>,
): DatabaseStandpoint {
  const { queue, database } = flags;
  return {
    ...databaseWord(context, flags),
    isGiven: database !== undefined,
    queueFlag: queue === undefined ? '' : ` --queue ${shellWord(queue)}`,
    artifactsFlag: more(flags),
  };
}

const more = ({ artifacts }: DatabaseFlags): string =>
  artifacts === undefined ? '' : ` --artifacts ${shellWord(artifacts)}`;

/** The flags with which a run of a database is named again. */
export const runFlags = (context: CliContext, flags: RemoteFlags): string =>
  ` --database ${databaseWord(context, flags).word}${more(flags)}${repoFlag(flags)}`;

/** The flags with which the goals of a queue are named again. */
export const queueFlags = (context: CliContext, flags: RemoteFlags): string =>
  ` --database ${databaseWord(context, flags).word}${flags.queue === undefined ? '' : ` --queue ${shellWord(flags.queue)}`}${more(flags)}${repoFlag(flags)}`;

/** What has to be done before such flags can be pasted; nothing where they can be at once. */
export function beforePasting(context: CliContext, flags: RemoteFlags): readonly string[] {
  const { missing } = databaseWord(context, flags);
  return missing === undefined
    ? []
    : [`  (set ${missing} to the URL of this database first; it is not shown, as it has a password)`];
}
