export { probeSandbox, type SandboxReport } from './probe-sandbox.js';
