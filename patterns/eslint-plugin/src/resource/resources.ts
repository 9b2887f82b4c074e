/** Something that a function opens and somebody must close. */
export interface Resource {
  /** For messages: "MCP client". */
  readonly what: string;
  /** Methods that close it. */
  readonly close: readonly string[];
  /** Methods that open it, when making it does not. */
  readonly open?: readonly string[];
  /** Ends by itself, so that waiting for it (`on('exit')`, `once`) is as good as closing it. */
  readonly endsItself?: true;
  /** Used with calls that throw at once, not with promises. */
  readonly sync?: true;
}

const mcpClient: Resource = { what: 'MCP client', close: ['close'], open: ['connect'] };
const mcpTransport: Resource = { what: 'MCP transport', close: ['close'], open: ['start'] };
const mcpServer: Resource = { what: 'MCP server', close: ['close'], open: ['connect'] };
const server: Resource = {
  what: 'server',
  close: ['close', 'closeAllConnections', 'unref', 'destroy'],
  open: ['listen'],
};
const child: Resource = { what: 'child process', close: ['kill', 'unref', 'disconnect'], endsItself: true };
const worker: Resource = { what: 'worker', close: ['terminate', 'unref'], endsItself: true };
const fileHandle: Resource = { what: 'file handle', close: ['close'] };
const descriptor: Resource = { what: 'file descriptor', close: ['closeSync', 'close'], sync: true };
const directory: Resource = { what: 'directory handle', close: ['close', 'closeSync'] };
const database: Resource = {
  what: 'database connection',
  close: ['close', 'end', 'destroy', 'release', 'quit', 'disconnect'],
};
const syncDatabase: Resource = { ...database, sync: true };
const connected: Resource = { ...database, open: ['connect'] };
const browser: Resource = { what: 'browser', close: ['close', 'disconnect', 'kill'] };
const launchers = { 'chromium.launch': browser, 'firefox.launch': browser, 'webkit.launch': browser };
const agentServers = { MCPServerStdio: mcpClient, MCPServerStreamableHttp: mcpClient, MCPServerSSE: mcpClient };

/** Modules and their members that open something, as their documentation tells. */
export const resources: Readonly<Record<string, Readonly<Record<string, Resource>>>> = {
  '@modelcontextprotocol/sdk/client/index.js': { Client: mcpClient },
  '@modelcontextprotocol/sdk/client': { Client: mcpClient },
  '@modelcontextprotocol/client': { Client: mcpClient, StdioClientTransport: mcpTransport },
  '@modelcontextprotocol/sdk/client/stdio.js': { StdioClientTransport: mcpTransport },
  '@modelcontextprotocol/sdk/client/streamableHttp.js': { StreamableHTTPClientTransport: mcpTransport },
  '@modelcontextprotocol/sdk/client/sse.js': { SSEClientTransport: mcpTransport },
  '@modelcontextprotocol/sdk/server/mcp.js': { McpServer: mcpServer },
  '@openai/agents': agentServers,
  '@openai/agents-core': agentServers,
  child_process: { spawn: child, fork: child },
  worker_threads: { Worker: worker },
  http: { createServer: server },
  https: { createServer: server },
  http2: { createServer: server, createSecureServer: server },
  net: { createServer: server },
  tls: { createServer: server },
  'fs/promises': { open: fileHandle, opendir: directory },
  fs: { 'promises.open': fileHandle, 'promises.opendir': directory, openSync: descriptor, opendirSync: directory },
  pg: { Client: connected, Pool: database },
  'mysql2/promise': { createConnection: database, createPool: database },
  mongodb: { MongoClient: connected },
  redis: { createClient: connected },
  ioredis: { default: database, Redis: database },
  sqlite: { DatabaseSync: syncDatabase },
  'better-sqlite3': { default: syncDatabase },
  ws: { WebSocketServer: { what: 'server', close: ['close'] } },
  playwright: launchers,
  'playwright-core': launchers,
  '@playwright/test': launchers,
  puppeteer: { launch: browser, 'default.launch': browser },
};
