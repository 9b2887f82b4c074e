import { McpError } from '@modelcontextprotocol/sdk/types.js';

export const isOurs = (error: unknown): boolean => error instanceof McpError;
