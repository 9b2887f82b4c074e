export { gateTask, type TaskRefusal } from './task-gate.js';
