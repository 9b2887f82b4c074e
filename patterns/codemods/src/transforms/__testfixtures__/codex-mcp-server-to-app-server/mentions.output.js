// codex mcp-server is gone.
const kinds = ['app-server', 'mcp-server'];
if (kind === 'mcp-server') throw new Error('mcp-server is gone');
const hosts = { mcpServers: { codex: { command: 'codex', args: ['mcp-server'] } } };
