export { counted } from './counted.js';
export { cut } from './cut.js';
export { isDeceptive, safeJson, visible, visibleLine } from './visible.js';
