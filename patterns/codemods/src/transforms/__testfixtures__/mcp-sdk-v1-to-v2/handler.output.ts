import { Server } from '@modelcontextprotocol/server';

export const server = new Server({ name: 's', version: '1.0.0' }, { capabilities: { tools: {} } });
server.setRequestHandler('tools/list', async () => ({ tools: [] }));
