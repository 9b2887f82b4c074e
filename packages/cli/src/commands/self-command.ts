import path from 'node:path';
import type { CliContext } from '../context.js';

/** What to type to call this program again. */
export function selfCommand({ process }: CliContext): string {
  if (process.env['npm_command'] === 'exec' || process.env['npm_lifecycle_event'] !== undefined)
    return 'npx codex-orch';
  const script = process.argv[1] ?? '';
  return path.basename(script) === 'codex-orch'
    ? 'codex-orch'
    : `node ${path.relative(process.cwd(), script) || script}`;
}
