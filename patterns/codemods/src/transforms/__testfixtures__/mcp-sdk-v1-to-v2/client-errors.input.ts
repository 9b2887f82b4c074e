import { McpError } from '@modelcontextprotocol/sdk/types.js';

export const isClients = (error: unknown): boolean => error instanceof McpError;
