export * from './attempt/index.js';
export * from './cli/index.js';
export * from './driver/index.js';
export * from './environment/index.js';
export * from './sync/index.js';
export * from './task/index.js';
