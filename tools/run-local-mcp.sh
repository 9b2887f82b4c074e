#!/usr/bin/env bash
# Runs the demo edit through `codex mcp-server` of the pinned older Codex. With --dry-run it only checks that this is
# possible, and says what it would do.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
node tools/setup.mjs cli
exec node packages/cli/bin/codex-orch.js demo --driver mcp-server --codex "$(node tools/codex-mcp-path.mjs)" "$@"
