import { expect, it } from 'vitest';
import { Queues } from './queues.js';
import type { RunRegistry } from './run-registry.js';

it('takes from a queue no more when it is to have none of it, and again when it is to have some', async () => {
  const rows = { defineQueue: () => Promise.resolve() };
  const queues = new Queues({ rows: () => Promise.resolve(rows) } as unknown as RunRegistry);
  await queues.define('a', { perWorker: 2 });
  await queues.define('b', {});
  await queues.define('a', { perWorker: 0 });
  expect(queues.names).toEqual(['b']);
  await queues.define('a', { perWorker: 1 });
  expect(queues.names).toEqual(['a', 'b']);
});
