import { expect, it } from 'vitest';
import type { Json } from '../../engine/index.js';
import { type ContractWorld, workflow } from './contract-world.js';

/** A run ends with what its workflow gave, and nothing is made up for one that nobody knows. */
export function proveOutcomes(world: ContractWorld): void {
  it('returns what the workflow returns', async () => {
    const run = world.id();
    await world.engine.run(
      workflow('echo', (_ctx, input: Json) => Promise.resolve(input)),
      { a: [1, null, 'x'] },
      { id: run },
    );
    expect(await world.engine.result(run)).toEqual({ a: [1, null, 'x'] });
    expect(await world.engine.get(run)).toMatchObject({ id: run, workflow: 'echo', status: 'done' });
  });

  it('rejects the result of a failed run with its error, and says so', async () => {
    const run = world.id();
    await world.engine.run(
      workflow('throws', () => Promise.reject(new Error('no luck'))),
      null,
      { id: run },
    );
    await expect(world.engine.result(run)).rejects.toThrow('no luck');
    expect(await world.engine.get(run)).toMatchObject({ status: 'failed', error: { message: 'no luck' } });
  });

  it('says that it does not know a run', async () => {
    await expect(world.engine.result(world.id())).rejects.toMatchObject({ code: 'unknown-run' });
    await expect(world.engine.resume(world.id())).rejects.toMatchObject({ code: 'unknown-run' });
    await expect(world.engine.signal(world.id(), 'word', 1)).rejects.toMatchObject({ code: 'unknown-run' });
    expect(await world.engine.get(world.id())).toBeUndefined();
  });
}
