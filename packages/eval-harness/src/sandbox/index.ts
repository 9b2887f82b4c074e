export { bubblewrapSandbox, proveSandbox } from './bubblewrap.js';
export { EvalSandboxError } from './errors.js';
export type { Sandbox, SandboxedCommand, SandboxRequest } from './sandbox.js';
