import path from 'node:path';
import type { CliContext } from '../context.js';

/** What to type to call this program again. */
export function selfCommand({ process }: CliContext): string {
  if (process.env['npm_command'] === 'exec' || process.env['npm_lifecycle_event'] !== undefined)
    return 'npx codex-orch';
  const script = process.argv[1] ?? '';
  if (path.basename(script) === 'codex-orch') return 'codex-orch';
  const relative = path.relative(process.cwd(), script);
  return `node ${relative.startsWith('..') ? script : relative}`;
}
