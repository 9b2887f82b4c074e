export { app } from './app.js';
export { Orchestrator, type OrchestratorOptions } from './compose/orchestrator.js';
export { main } from './main.js';
