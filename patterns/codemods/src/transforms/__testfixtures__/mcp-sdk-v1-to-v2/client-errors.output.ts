import { ProtocolError } from '@modelcontextprotocol/client';

export const isClients = (error: unknown): boolean => error instanceof ProtocolError;
