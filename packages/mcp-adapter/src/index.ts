export * from './app-server/index.js';
export * from './binary/index.js';
export * from './home/index.js';
export * from './exec/index.js';
export * from './mcp-server/index.js';
export * from './sandbox/index.js';
export * from './select/index.js';
