#!/bin/sh
# Runs the spec guard of this checkout; all arguments go to `codex-orch guard`, e.g. --base main, --staged, --dry-run.
# Exit code: 0 clean, 1 a spec is missing or stale, 2 the check could not be made.
set -eu
CDPATH='' cd -- "$(dirname -- "$0")/.."
node tools/setup.mjs cli || exit 2
exec node packages/cli/bin/codex-orch.js guard "$@"
