#!/usr/bin/env node
'use strict';
const { spawn, exec } = require('child_process');
// Speaks MCP.
const child = spawn('codex', ['mcp-server']);
spawn('/usr/local/bin/codex', ['-c', 'model="a"', 'mcp-server']);
spawn('npx', ['-y', '@openai/codex@0.153.4', 'mcp-server']);
spawn('npx', ['-y', '@openai/codex', 'mcp-server']);
spawn('docker', ['run', 'mcp-server']);
exec('codex mcp-server --help');
const args = ['mcp-server'];
