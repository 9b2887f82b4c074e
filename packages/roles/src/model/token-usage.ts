export { addTokens as addUsage, noTokens as noUsage } from '@codex-orch/core';
