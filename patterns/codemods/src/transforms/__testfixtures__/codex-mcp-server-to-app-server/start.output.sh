#!/bin/sh
# codex mcp-server
exec codex mcp-server "$@"
codex-orch run --driver app-server "fix it"
