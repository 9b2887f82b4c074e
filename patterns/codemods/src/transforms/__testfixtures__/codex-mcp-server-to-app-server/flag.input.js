'use strict';
const { execFile } = require('node:child_process');
execFile('codex-orch', ['run', '--driver', 'mcp-server', 'goal']);
execFile('npx', ["codex-orch", "run", "--driver=mcp-server"]);
execFile('other', ['--driver', 'mcp-server']);
const line = 'codex-orch run --driver mcp-server goal && codex-orch demo --driver=mcp-server';
