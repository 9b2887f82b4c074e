export { ActiveTurn } from './active-turn.js';
export { crashError, SessionBusyError, SessionClosedError } from './errors.js';
export { reportedTokensSchema } from './reported-tokens.js';
export { endThreadCommands } from './thread-commands.js';
export { turnError } from './turn-error.js';
export { subtractUsage, UsageMeter } from './usage-meter.js';
