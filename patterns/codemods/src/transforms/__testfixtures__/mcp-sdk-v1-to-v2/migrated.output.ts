import { Client } from '@modelcontextprotocol/client';

// Came from @modelcontextprotocol/sdk.
export const client = new Client({ name: 'c', version: '2.0.0' });
