import { afterEach, beforeEach, describe } from 'vitest';
import { ContractWorld, type EngineContractOptions } from './engine-contract/contract-world.js';
import { proveInterruption } from './engine-contract/interruption.js';
import { proveManyRuns } from './engine-contract/many-runs.js';
import { proveOutcomes } from './engine-contract/outcomes.js';
import { proveSignals } from './engine-contract/signals.js';
import { proveSteps } from './engine-contract/steps.js';
import { proveTime } from './engine-contract/time.js';
import { proveVersions } from './engine-contract/versions.js';

export type { EngineContractOptions };

/** What every engine promises, as a vitest suite. Run it over your own implementation of the port. */
export function describeEngineContract(name: string, options: EngineContractOptions): void {
  describe(`${name}: the engine contract`, () => {
    const world = new ContractWorld(options);
    beforeEach(() => world.begin());
    afterEach(() => world.engine.stop());

    describe('of outcomes', () => proveOutcomes(world));
    describe('of steps', () => proveSteps(world));
    describe('of signals', () => proveSignals(world));
    describe('of time', () => proveTime(world));
    describe('of interruption', () => proveInterruption(world));
    describe('of versions', () => proveVersions(world));
    describe('of many runs', () => proveManyRuns(world));
  });
}
