import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { Client } from '@modelcontextprotocol/client';

// A client that asks once.
export async function ask(command: string): Promise<unknown> {
  const client = new Client({ name: 'asker', version: '1.0.0' });
  await client.connect(new StdioClientTransport({ command, args: [] }));
  try {
    return await client.listTools();
  } finally {
    await client.close();
  }
}
