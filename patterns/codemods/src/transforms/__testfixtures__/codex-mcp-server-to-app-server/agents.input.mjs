import { MCPServerStdio } from '@openai/agents';

export const codex = new MCPServerStdio({ name: 'Codex', fullCommand: 'npx codex mcp-server' });
export const pinned = new MCPServerStdio({ fullCommand: 'npx @openai/codex@0.145.0 mcp-server' });
