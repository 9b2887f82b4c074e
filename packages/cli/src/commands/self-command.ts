import path from 'node:path';
import type { ProcessContext } from '../context.js';
import { shellWord } from '../print/shell-word.js';

const name = 'codex-orch';

/** What to type to call this program again. */
export function selfCommand({ process }: ProcessContext): string {
  const { env } = process;
  if (env['npm_command'] === 'exec' || env['npm_lifecycle_event'] !== undefined) return `npx ${name}`;
  const script = process.argv[1] ?? '';
  // A bare name is what a test or a wrapper calls it.
  if (path.basename(script) === name && (script === name || isOnPath(path.dirname(script), env))) return name;
  const relative = path.relative(process.cwd(), script);
  const shown = relative.startsWith('..') ? script : relative;
  return `node ${shellWord(shown)}`;
}

const isOnPath = (folder: string, env: NodeJS.ProcessEnv): boolean =>
  (env['PATH'] ?? '').split(path.delimiter).some((entry) => path.resolve(entry) === folder);

/** The flag that names a repository again, where the user had to name it. */
export const repoFlag = ({ repo }: { readonly repo?: string | undefined }): string =>
  repo === undefined ? '' : ` --repo ${shellWord(repo)}`;
