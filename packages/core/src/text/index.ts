export { isDeceptive, safeJson, visible, visibleLine } from './visible.js';
