import { vi } from 'vitest';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';

vi.mock('@modelcontextprotocol/sdk/client/index.js');

export const client = new Client({ name: 'c', version: '1.0.0' });
