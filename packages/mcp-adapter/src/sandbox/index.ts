export { type ConfinedHome, type ConfinedHomeOptions, prepareConfinedHome } from './prepare-confined-home.js';
export { probeSandbox, type SandboxReport } from './probe-sandbox.js';
export { sandboxCommand, type SandboxCommandOptions, type SandboxedCommand } from './sandbox-command.js';
export { toolchainHomes } from './toolchain-homes.js';
