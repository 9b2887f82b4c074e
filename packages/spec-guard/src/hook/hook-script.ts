import { createHash } from 'node:crypto';

/** What the hook runs. */
export const hookCommand = 'codex-orch guard --staged';

/** The hook that was there before ours, beside ours. */
export const chainedName = 'pre-commit.before-spec-guard';

const header = /^#!\/bin\/sh\n# Installed by codex-orch spec guard \(sha256 ([0-9a-f]{64})\).*\n/;

/** Whether a hook was installed by us, of whatever version, and whether anybody changed it since. */
export function originOf(text: string): 'ours' | 'ours-changed' | 'theirs' {
  const found = header.exec(text);
  if (!found) return 'theirs';
  return found[1] === digestOf(text.slice(found[0].length)) ? 'ours' : 'ours-changed';
}

const digestOf = (body: string): string => createHash('sha256').update(body, 'latin1').digest('hex');

const chain = `
# The hook that was here before.
earlier=$(dirname -- "$0")/${chainedName}
if [ ! -e "$earlier" ]; then
  echo "spec-guard: $earlier is missing, so this commit is refused. Bring it back, or run: codex-orch guard hook remove" >&2
  exit 1
fi
# As git does it, a hook that is not executable is passed by.
if [ -x "$earlier" ]; then
  "$earlier" "$@" || exit $?
fi
`;

/** The text of our pre-commit hook. It fails closed: without the program there is no commit. */
export function hookScript(isChained: boolean): string {
  const body = (isChained ? chain : '') + run;
  return `#!/bin/sh\n# Installed by codex-orch spec guard (sha256 ${digestOf(body)}); taken out by: codex-orch guard hook remove\n${body}`;
}

const run = `
local_bin=$(git rev-parse --show-toplevel)/node_modules/.bin/codex-orch
if [ -x "$local_bin" ]; then
  exec "$local_bin" guard --staged
fi
if command -v codex-orch >/dev/null 2>&1; then
  exec ${hookCommand}
fi
echo "spec-guard: codex-orch was found neither in node_modules nor on the PATH, so this commit is refused." >&2
echo "spec-guard: install it with: npm install --save-dev @codex-orch/cli" >&2
exit 1
`;
