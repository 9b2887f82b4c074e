import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const cli = fileURLToPath(new URL('../src/cli.js', import.meta.url));
const tally = (input, ...args) => spawnSync(process.execPath, [cli, ...args], { input, encoding: 'utf8' });

test('prints a table', () => {
  assert.equal(tally('b a b').stdout, '2 b\n1 a\n');
});
