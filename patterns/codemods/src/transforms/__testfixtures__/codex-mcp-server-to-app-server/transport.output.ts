import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

@service('codex')
export class Codex {
  readonly transport: StdioClientTransport = new StdioClientTransport({ command: 'codex', args: ['mcp-server'] });
}
