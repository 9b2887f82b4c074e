'use strict';
const { execFile } = require('node:child_process');
execFile('codex-orch', ['run', '--driver', 'app-server', 'goal']);
execFile('npx', ["codex-orch", "run", "--driver=app-server"]);
execFile('other', ['--driver', 'mcp-server']);
const line = 'codex-orch run --driver app-server goal && codex-orch demo --driver=app-server';
