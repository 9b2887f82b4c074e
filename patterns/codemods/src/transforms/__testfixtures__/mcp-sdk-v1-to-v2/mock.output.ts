import { vi } from 'vitest';
import { Client } from '@modelcontextprotocol/client';

vi.mock('@modelcontextprotocol/client');

export const client = new Client({ name: 'c', version: '1.0.0' });
