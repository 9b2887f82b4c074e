import process from 'node:process';
import { Redactor, Secret } from '@codex-orch/core';
import { expect, it } from 'vitest';
import { beforePasting, queueFlags, runFlags } from './remote-flags.js';

const secret = 'postgresql://orch:hunter22@db/orch';
const open = 'postgresql://orch@db/orch?sslmode=verify-full';

function contextOf(env: NodeJS.ProcessEnv): Parameters<typeof runFlags>[0] {
  const redactor = new Redactor();
  redactor.add(new Secret('database', 'hunter22'));
  return { process: { ...process, env }, redactor };
}

it('names a database by the variable that holds its URL', () => {
  const flags = { json: false, database: secret };
  expect(runFlags(contextOf({ DATABASE_URL: secret }), flags)).toBe(' --database "$DATABASE_URL"');
  expect(runFlags(contextOf({ SHOP_DB: secret, 'a b': secret }), flags)).toBe(' --database "$SHOP_DB"');
  expect(runFlags(contextOf({ CODEX_ORCH_DATABASE: open }), { json: false })).toBe(
    ' --database "$CODEX_ORCH_DATABASE"',
  );
  expect(beforePasting(contextOf({ SHOP_DB: secret }), flags)).toEqual([]);
});

it('never prints a password, nor names a variable that holds another database', () => {
  const flags = { json: false, database: secret };
  expect(runFlags(contextOf({}), flags)).toBe(' --database "$CODEX_ORCH_DATABASE"');
  expect(runFlags(contextOf({ CODEX_ORCH_DATABASE: open }), flags)).toBe(' --database "$DATABASE_URL"');
  expect(beforePasting(contextOf({ CODEX_ORCH_DATABASE: open }), flags).join()).toContain('set DATABASE_URL');
});

it('repeats a URL that holds no secret, and all else that was named, so that a shell reads the same', () => {
  const flags = { json: false, database: open, queue: 'my goals', artifacts: '/mnt/a b', repo: '/src/shop' };
  expect(queueFlags(contextOf({}), flags)).toBe(
    ` --database '${open}' --queue 'my goals' --artifacts '/mnt/a b' --repo /src/shop`,
  );
  expect(runFlags(contextOf({}), flags)).toBe(` --database '${open}' --artifacts '/mnt/a b' --repo /src/shop`);
});

it.each([
  'postgresql://orch:pw@db/orch',
  'postgresql://orch:p@db/orch',
  'postgresql://orch@db/orch?password=pw',
  'postgresql://orch@db/orch?sslpassword=pw',
  'postgresql://orch@db/orch?PASSWORD=pw',
  'no url',
])('does not print %s, whose secret is too short for a redactor', (url) => {
  const context = { ...contextOf({}), redactor: new Redactor() };
  expect(runFlags(context, { json: false, database: url })).toBe(' --database "$CODEX_ORCH_DATABASE"');
});
