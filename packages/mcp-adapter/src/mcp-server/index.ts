export { McpServerStartError, OutputSchemaUnsupportedError, ResumeUnsupportedError } from './errors.js';
export { McpServerDriver } from './mcp-server-driver.js';
export type { McpServerSession } from './mcp-server-session.js';
