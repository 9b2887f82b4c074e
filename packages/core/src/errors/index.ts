export { OrchError, type OrchErrorOptions } from './orch-error.js';
