export { AppServerDriver, type AppServerDriverOptions } from './app-server-driver.js';
export { AppServerSession } from './app-server-session.js';
export type { AppServerTransport } from './connection.js';
export { AppServerStartError, SocketPathError, ThreadOpenError } from './errors.js';
export { AppServerGoneError, AppServerRequestError } from './json-rpc-peer.js';
