import { WebSocketClientTransport } from '@modelcontextprotocol/sdk/client/websocket.js';

export const transport = new WebSocketClientTransport(new URL('ws://127.0.0.1:1'));
