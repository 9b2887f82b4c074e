export { counted } from '@codex-orch/core';
