export { type Baseline, type Cause, type PairResult } from './pair-result.js';
export { defaultThresholds, type Thresholds } from './thresholds.js';
export { ScenarioFileError } from './errors.js';
export { type LoadedScenario, loadScenario, type Scenario, scenarioOf, scenarioSchema } from './load-scenario.js';
export { type Known, type ResolvedScenario, resolveScenario, type ScenarioAsset } from './resolve-scenario.js';
