import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { runCommand } from './run-command.js';

let mark: string;
let parent: ChildProcess | undefined;

beforeEach(() => {
  mark = `mark-${randomUUID()}`;
});

afterEach(() => {
  parent?.kill('SIGKILL');
  for (const [pid] of running()) process.kill(pid, 'SIGKILL');
});

/** The processes whose program was given a name that begins with the mark, with the rest of the name. */
const running = (): [number, string][] =>
  readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid): [number, string][] => {
      try {
        const [name = ''] = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
        return name.startsWith(mark) ? [[Number(pid), name.slice(mark.length + 1)]] : [];
      } catch {
        return [];
      }
    });

const names = (): string[] =>
  running()
    .map(([, name]) => name)
    .sort();

const sleep = (name: string): string => `exec -a ${mark}-${name} sleep 600`;

/** Starts a process that runs these scripts with bash, each as a managed process, and that works on. */
async function startParent(...scripts: readonly string[]): Promise<ChildProcess> {
  parent = spawn(
    process.execPath,
    ['--import', '@swc-node/register/esm-register', 'test/guarded-parent.ts', ...scripts],
    { cwd: path.join(import.meta.dirname, '../..'), stdio: ['ignore', 'ignore', 'inherit'] },
  );
  await once(parent, 'spawn');
  return parent;
}

async function killParent(): Promise<void> {
  if (!parent) return;
  const ended = once(parent, 'exit');
  parent.kill('SIGKILL');
  await ended;
}

describe.runIf(process.platform === 'linux')('when a process is killed', () => {
  it('all ends that it started, wherever it went', async () => {
    await startParent(
      sleep('plain'),
      `(${sleep('child')}) & setsid bash -c "${sleep('session')}" & wait`,
      `(nohup bash -c "${sleep('nohup')}" >/dev/null 2>&1 &); (setsid bash -c "(${sleep('daemon')} </dev/null &)")`,
      `env -i bash -c "${sleep('bare')}" & trap "" TERM; ${sleep('deaf')}`,
    );
    const all = ['bare', 'child', 'daemon', 'deaf', 'nohup', 'plain', 'session'];
    // What a managed process leaves behind in its own group ends with it.
    await expect.poll(names, { timeout: 60_000 }).toEqual(all.filter((name) => name !== 'nohup'));
    await killParent();
    await expect.poll(names, { timeout: 60_000 }).toEqual([]);
  });

  it('what it has let go of lives on, and so does what it did not want to be guarded', async () => {
    await startParent(
      sleep('guarded'),
      `# released\nsetsid bash -c "${sleep('of-released')}" & ${sleep('released')}`,
      `# unguarded\nsetsid bash -c "${sleep('of-unguarded')}" & ${sleep('unguarded')}`,
    );
    const spared = ['of-released', 'of-unguarded', 'released', 'unguarded'];
    await expect.poll(names, { timeout: 60_000 }).toEqual(['guarded', ...spared]);
    await killParent();
    await expect.poll(names, { timeout: 60_000 }).toEqual(spared);
  });
});

it('a process that is not guarded carries no mark', async () => {
  const env = { PATH: process.env['PATH'] ?? '' };
  const print = ['-e', 'console.log(Object.keys(process.env).includes("CODEX_ORCH_STARTED_BY"))'];
  const say = async (isGuarded: boolean): Promise<string> =>
    (await runCommand(process.execPath, print, { cwd: '/', env, isGuarded })).stdout.toString().trim();
  expect([await say(true), await say(false)]).toEqual(['true', 'false']);
});
