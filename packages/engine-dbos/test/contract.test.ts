import { describeEngineContract } from '@codex-orch/core/testing';
import { afterAll, beforeAll } from 'vitest';
import { DbosEngine } from '../src/index.js';
import { type RealPostgres, realPostgres } from './real-postgres.js';

let postgres: RealPostgres | undefined;
let template: string;

beforeAll(async () => {
  postgres = await realPostgres();
  template = await postgres.newDatabase();
  await using engine = new DbosEngine({ url: template, version: '1' });
  await engine.list();
});

afterAll(() => postgres?.[Symbol.asyncDispose]());

const server = (): RealPostgres => {
  if (!postgres) throw new Error('Postgres did not start.');
  return postgres;
};

describeEngineContract('DbosEngine', {
  newStorage: () => server().newDatabase(template),
  open: (url) => Promise.resolve(new DbosEngine({ url, version: '1' })),
});
