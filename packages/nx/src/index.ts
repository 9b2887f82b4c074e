export { createNodes, name, type SpecGuardPluginOptions } from './spec-guard-target.js';
export { PluginOptionsError } from './errors.js';
export { init } from './init.js';
