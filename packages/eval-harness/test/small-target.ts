import { mkdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { runChecked } from '@codex-orch/core';
import { type PlacedTarget, pinTarget, type TargetSource, type UnpinnedTarget } from '../src/index.js';

export interface SmallTarget {
  readonly placed: PlacedTarget;
  readonly source: TargetSource;
  /** The folder of the target's configuration. */
  readonly configDir: string;
}

const sources: Readonly<Record<string, string>> = {
  'package.json': JSON.stringify({ name: 'small', version: '1.0.0', main: 'lib/index.js' }),
  'lib/index.js': [
    "'use strict';",
    'var zero = 0;',
    'exports.isZero = function (n) { return n === zero; };',
    'exports.sign = function (n) {',
    '  if (n === 0) return 0;',
    '  return n > 0 ? 1 : -1;',
    '};',
    'exports.neverTested = function () {',
    '  var x = 1;',
    '  return x;',
    '};',
    '',
  ].join('\r\n'),
  'test/index.js': [
    "const small = require('..');",
    'let n = 0;',
    'const is = (name, holds) => console.log(`${holds ? "ok" : "not ok"} ${(n += 1)} - ${name}`);',
    'is("zero is zero", small.isZero(0));',
    'is("one is not", !small.isZero(1));',
    'is("the sign of zero", small.sign(0) === 0);',
    'is("the sign of two", small.sign(2) === 1);',
    'is("what never held", false);',
    'console.log(`1..${n}`);',
    '',
  ].join('\n'),
};

/** A package of a few lines, packed by npm and pinned; with other files. */
export async function smallTarget(
  folder: string,
  change: {
    readonly name?: string;
    readonly files?: Readonly<Record<string, string>>;
    readonly target?: Partial<UnpinnedTarget>;
  } = {},
): Promise<SmallTarget> {
  const name = change.name ?? 'small';
  const origin = path.join(folder, `${name}-origin`);
  for (const [file, text] of Object.entries({ ...sources, ...change.files })) {
    await mkdir(path.dirname(path.join(origin, file)), { recursive: true });
    await writeFile(path.join(origin, file), text);
  }
  const configDir = path.join(folder, 'targets', name);
  await mkdir(configDir, { recursive: true });
  const own = { name: `needs-of-${name}`, version: '1.0.0' };
  const lock = { ...own, lockfileVersion: 3, requires: true, packages: { '': own } };
  await writeFile(path.join(configDir, 'package.json'), JSON.stringify(own));
  await writeFile(path.join(configDir, 'package-lock.json'), JSON.stringify(lock));

  const args = ['pack', '--silent', '--pack-destination', '..'];
  await runChecked('npm', args, { cwd: origin, env: npmEnvironment(folder) });
  const tarball = path.join(folder, `${name}.tgz`);
  await rename(path.join(folder, 'small-1.0.0.tgz'), tarball);
  const source: TargetSource = { tarball: () => Promise.resolve(tarball) };
  const target = await pinTarget(
    {
      name,
      version: '1.0.0',
      origin: { kind: 'npm', package: 'small' },
      licence: 'MIT',
      traits: ['commonjs', 'crlf'],
      quick: false,
      sources: { include: ['lib'], exclude: [], extensions: ['.js'] },
      setup: [],
      tests: [{ command: ['node', 'test/index.js'], reporter: { kind: 'tap' } }],
      timeoutSeconds: 60,
      baseline: { passed: 4, failed: 1, skipped: 0 },
      refreshDays: 90,
      ...change.target,
    },
    { source, configDir, now: Date.parse('2026-11-01') },
  );
  return { placed: { target, configDir }, source, configDir };
}

/** npm with no settings but its own, and no network. */
export const npmEnvironment = (home: string): Record<string, string> => ({
  PATH: process.env['PATH'] ?? '',
  HOME: home,
  npm_config_offline: 'true',
  npm_config_cache: path.join(home, 'npm-cache'),
});
