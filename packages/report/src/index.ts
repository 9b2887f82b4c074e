export * from './html/index.js';
export * from './page/index.js';
export * from './run/index.js';
