import { readFile, stat } from 'node:fs/promises';
import { getEventListeners, once } from 'node:events';
import path from 'node:path';
import type { Readable } from 'node:stream';
import { describe, expect, it, vi } from 'vitest';
import { Redactor } from '../secret/redactor.js';
import { Secret } from '../secret/secret.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { CommandFailedError, ProcessStartError } from './errors.js';
import { guardedBy } from './guard.js';
import { ManagedProcess } from './managed-process.js';
import { runChecked, runCommand } from './run-command.js';

vi.setConfig({ testTimeout: 60_000 });

const env = { PATH: process.env['PATH'] ?? '' };
const cwd = '/';
const node = (script: string, ...args: string[]) => [process.execPath, ['-e', script, ...args]] as const;

/** Whether a process does any work; one that only waits to be reaped does not. */
async function isRunning(pid: number): Promise<boolean> {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => ') Z');
  return !/\) [ZX]/.test(status);
}

/** Prints the pid of a grandchild that ignores SIGTERM, then does `after`. */
const withGrandchild = (after: string) =>
  ['sh', ['-c', `sh -c 'trap "" TERM; echo $$ >&2; while :; do sleep 1; done' & ${after}`]] as const;

describe('runCommand', () => {
  it('reports the exit code and both streams', async () => {
    const result = await runCommand(...node('console.log("out"); console.error("err"); process.exitCode = 7'), {
      cwd,
      env,
    });
    expect(result).toMatchObject({ exitCode: 7, signal: null, timedOut: false, aborted: false, truncated: false });
    expect(String(result.stdout)).toBe('out\n');
    expect(String(result.stderr)).toBe('err\n');
  });

  it('reports the signal of a program that was killed', async () => {
    const result = await runCommand(...node('process.kill(process.pid, "SIGKILL")'), { cwd, env });
    expect(result).toMatchObject({ exitCode: null, signal: 'SIGKILL' });
  });

  it('inherits nothing from the environment', async () => {
    const result = await runCommand(...node('console.log(JSON.stringify(process.env))'), {
      cwd,
      env: { ...env, ONLY: 'this' },
    });
    expect(JSON.parse(String(result.stdout))).toEqual({ ...env, ONLY: 'this', ...guardedBy });
  });

  it('feeds standard input and closes it', async () => {
    const result = await runCommand('cat', [], { cwd, env, input: 'hello' });
    expect(String(result.stdout)).toBe('hello');
  });

  it('survives a program that ends without reading its input', async () => {
    const result = await runCommand(...node('process.stdin.destroy(); process.exit(3)'), {
      cwd,
      env,
      input: Buffer.alloc(4 * 1024 * 1024),
    });
    expect(result.exitCode).toBe(3);
  });

  it('ends the whole group on a time-out, also a grandchild that ignores SIGTERM, and keeps what was said', async () => {
    const result = await runCommand(...withGrandchild('echo said; wait'), {
      cwd,
      env,
      timeoutMs: 2000,
      killGraceMs: 200,
    });
    expect(result.timedOut).toBe(true);
    expect(String(result.stdout)).toBe('said\n');
    const grandchild = Number(String(result.stderr));
    expect(grandchild).toBeGreaterThan(0);
    expect(await isRunning(grandchild)).toBe(false);
  });

  it('ends what a program leaves running behind it', async () => {
    const spool = path.join(await temporaryFolder(), 'spool');
    const untilItIsUp = `while ! test -s "${spool}"; do sleep 0.05; done`;
    const result = await runCommand(...withGrandchild(untilItIsUp), { cwd, env, killGraceMs: 200, spoolTo: spool });
    expect(result.exitCode).toBe(0);
    const grandchild = Number(String(result.stderr));
    expect(grandchild).toBeGreaterThan(0);
    expect(await isRunning(grandchild)).toBe(false);
  });

  it('does not wait for a descendant that left the group with the pipes open', async () => {
    const script = `
      const child = require('node:child_process').spawn('sleep', ['60'], { detached: true, stdio: 'inherit' });
      console.log(child.pid); process.exit(0)`;
    const result = await runCommand(...node(script), { cwd, env, killGraceMs: 200 });
    expect(result.exitCode).toBe(0);
    const stranger = Number(String(result.stdout));
    expect(await isRunning(stranger)).toBe(true);
    process.kill(stranger, 'SIGKILL');
  });

  it('ends the program when it is aborted, and leaves no listener behind', async () => {
    const controller = new AbortController();
    const folder = await temporaryFolder();
    const spool = path.join(folder, 'spool');
    const running = runCommand(...node('console.log("up"); setInterval(() => {}, 1000)'), {
      cwd,
      env,
      signal: controller.signal,
      spoolTo: spool,
    });
    while ((await readFile(spool, 'utf8').catch(() => '')) === '')
      await new Promise((resolve) => setImmediate(resolve));
    controller.abort();
    expect(await running).toMatchObject({ aborted: true, exitCode: null, signal: 'SIGTERM' });
    expect(getEventListeners(controller.signal, 'abort')).toEqual([]);
  });

  it('notices an abort that comes while the program starts', async () => {
    const controller = new AbortController();
    const running = runCommand('sleep', ['60'], { cwd, env, signal: controller.signal });
    controller.abort();
    expect(await running).toMatchObject({ aborted: true });
  });

  it('starts nothing when it is aborted before', async () => {
    const folder = await temporaryFolder();
    await expect(
      runCommand('touch', ['canary'], { cwd: folder, env, signal: AbortSignal.abort() }),
    ).rejects.toMatchObject({ name: 'AbortError' });
    await expect(stat(path.join(folder, 'canary'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('keeps the end of a long output in memory and all of it, of both streams, in the spool file', async () => {
    const spool = path.join(await temporaryFolder(), 'spool');
    const script =
      'const line = "x".repeat(99) + "\\n"; for (let i = 0; i < 50000; i++) process.stdout.write(line); process.stderr.write("e".repeat(1000)); process.stdout.write("the end")';
    const result = await runCommand(...node(script), { cwd, env, spoolTo: spool, keepBytes: 1000 });
    expect(result.truncated).toBe(true);
    expect(result.stdout.length).toBe(1000);
    expect(String(result.stdout)).toMatch(/the end$/);
    expect((await stat(spool)).size).toBe(50_000 * 100 + 1000 + 'the end'.length);
  });

  it('filters each stream on its way to memory, and both together on their way to the spool file', async () => {
    const spoolTo = path.join(await temporaryFolder(), 'log');
    const redactor = new Redactor();
    redactor.add(new Secret('KEY', 'hunter2hunter2'));
    const script = `
      const { writeSync } = require('node:fs');
      const pause = () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
      writeSync(1, 'out: hunter2'); pause(); writeSync(2, 'err '); pause(); writeSync(1, 'hunter2\\n'); pause();
      writeSync(1, 'hunter2'); pause(); writeSync(2, 'hunter2'); pause(); writeSync(1, ' end hunt');`;
    const { stdout } = await runCommand(...node(script), { cwd, env, spoolTo, filter: () => redactor.byteStream() });
    expect(String(stdout)).toBe('out: [redacted:KEY]\nhunter2 end hunt');
    const log = await readFile(spoolTo, 'utf8');
    expect(log).toContain('out: ');
    expect(log).toContain(' end hunt');
    expect(log).not.toContain('hunter2hunter2');
  });

  it('writes standard output straight into a file', async () => {
    const file = path.join(await temporaryFolder(), 'out');
    const result = await runCommand(...node('console.log("out"); console.error("err")'), { cwd, env, stdoutTo: file });
    expect(await readFile(file, 'utf8')).toBe('out\n');
    expect(String(result.stdout)).toBe('');
    expect(String(result.stderr)).toBe('err\n');
  });

  it.each(['stdoutTo', 'spoolTo'])('says so when %s cannot be written, and starts nothing', async (option) => {
    const folder = await temporaryFolder();
    const running = runCommand('touch', ['canary'], {
      cwd: folder,
      env,
      [option]: path.join(folder, 'missing', 'file'),
    });
    await expect(running).rejects.toMatchObject({ code: 'not-writable' });
    await expect(stat(path.join(folder, 'canary'))).rejects.toMatchObject({ code: 'ENOENT' });
  });

  it('ends the program and says so when the disk is full', async () => {
    const running = runCommand(...node('setInterval(() => console.log("x".repeat(1000)), 1)'), {
      cwd,
      env,
      spoolTo: '/dev/full',
    });
    await expect(running).rejects.toMatchObject({ code: 'disk-full' });
  });

  it.each([
    ['a program that does not exist', 'no-such-program', []],
    ['a NUL in an argument', 'echo', ['a\0b']],
    ['arguments that are too long', 'echo', ['x'.repeat(10_000_000)]],
  ])('cannot start with %s', async (_, file, args) => {
    await expect(runCommand(file, args, { cwd, env })).rejects.toBeInstanceOf(ProcessStartError);
  });
});

describe('runChecked', () => {
  it('returns the output of a program that succeeds', async () => {
    expect(String(await runChecked('echo', ['hello'], { cwd, env }))).toBe('hello\n');
  });

  it.each([
    ['exits non-zero', node('console.error("because"); process.exit(4)'), {}, /exited with 4: because/],
    ['is killed', node('process.kill(process.pid, "SIGKILL")'), {}, /was killed by SIGKILL/],
    ['takes too long', node('setInterval(() => {}, 1000)'), { timeoutMs: 300 }, /did not end within 300 ms/],
    ['says too much', node('console.log("x".repeat(100))'), { keepBytes: 10 }, /printed more/],
  ])('throws when the program %s', async (_, command, options, message) => {
    const error = await runChecked(...command, { cwd, env, ...options }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CommandFailedError);
    expect((error as Error).message).toMatch(message);
  });

  it('throws the reason of an abort', async () => {
    const controller = new AbortController();
    const running = runChecked('sleep', ['60'], { cwd, env, signal: controller.signal });
    controller.abort(new Error('enough'));
    await expect(running).rejects.toThrow('enough');
  });
});

describe('ManagedProcess', () => {
  it('is over for good once it has exited: a later kill signals nobody', async () => {
    const child = await ManagedProcess.start('true', [], { cwd, env });
    expect(await child.exited).toEqual({ code: 0, signal: null });
    expect(child.alive).toBe(false);
    await child.kill();
    await child[Symbol.asyncDispose]();
  });

  it('gives a slow reader all the output of a program that has exited', async () => {
    const child = await ManagedProcess.start(...node('process.stdout.write("x".repeat(60000))'), {
      cwd,
      env,
      killGraceMs: 10,
    });
    const exit = once(child.child, 'exit');
    let bytes = 0;
    for await (const chunk of (child.child.stdout as Readable).iterator() as AsyncIterable<Buffer>) {
      await exit;
      await new Promise((resolve) => setTimeout(resolve, 300));
      bytes += chunk.length;
    }
    expect(bytes).toBe(60_000);
    await child.exited;
  });

  it('is killed at once by force', async () => {
    const child = await ManagedProcess.start(
      ...node('process.on("SIGTERM", () => {}); console.log("up"); setInterval(() => {}, 1000)'),
      { cwd, env, killGraceMs: 60_000 },
    );
    await once(child.child.stdout as NodeJS.EventEmitter, 'data');
    await child.kill({ force: true });
    expect(await child.exited).toEqual({ code: null, signal: 'SIGKILL' });
  });
});
