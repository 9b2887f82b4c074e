export { counted } from './counted.js';
export { cut } from './cut.js';
export { nearName } from './near-name.js';
export { isDeceptive, safeJson, visible, visibleLine } from './visible.js';
