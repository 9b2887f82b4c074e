import { buildCommand, numberParser } from '@stricli/core';
import { common, words } from './route-flags.js';

/** `codex-orch worker` */
export const workerCommand = buildCommand({
  loader: async () => (await import('./worker.js')).worker,
  parameters: {
    flags: {
      ...common,
      database: words('Postgres that holds the queue; else CODEX_ORCH_DATABASE. The password is shown nowhere', 'url'),
      concurrency: {
        kind: 'parsed',
        parse: numberParser,
        brief: 'How many goals this worker works on at the same time; 1 by default',
        optional: true,
        placeholder: 'n',
      },
      executor: words('Name of this worker, unlike that of any other; host and process by default', 'id'),
      queue: words('The queue to take goals from; "goals" by default', 'name'),
      artifacts: words('Where results go: a folder that all see, or s3://bucket/prefix; else the database', 'place'),
    },
  },
  docs: { brief: 'Take goals from a queue that many machines share, and work on them in this repository' },
});
