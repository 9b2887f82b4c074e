import { mkdir, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';
import { JournalEngine } from '@codex-orch/core';
import { percentile } from './statistics.mjs';

/**
 * Steps of the embedded engine, one after the other, each on the disk before the next begins, against nothing but the
 * same number of appends with fdatasync on the same disk.
 *
 * @param {string} folder a new folder on the disk to measure
 * @param {{ steps: number, onProgress: (what: string) => void }} options
 */
export async function compareJournal(folder, { steps, onProgress }) {
  onProgress('journal');
  await mkdir(folder, { recursive: true });
  try {
    const bare = await bareAppends(path.join(folder, 'bare'), steps);
    const journal = await journalSteps(path.join(folder, 'runs'), steps);
    return {
      steps,
      journal,
      bare,
      ratio: { wall: journal.msPerStep / bare.msPerStep },
      overheadMs: journal.msPerStep - bare.msPerStep,
    };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} file
 * @param {number} steps
 */
async function bareAppends(file, steps) {
  const handle = await open(file, 'w');
  const line = `${'x'.repeat(299)}\n`;
  try {
    return await timed(steps, async (lap) => {
      for (let n = 0; n < steps; n += 1) {
        await handle.write(line);
        await handle.datasync();
        lap();
      }
    });
  } finally {
    await handle.close();
  }
}

/**
 * @param {string} folder
 * @param {number} steps
 */
async function journalSteps(folder, steps) {
  const engine = new JournalEngine({ folderOf: (id) => path.join(folder, id), list: () => readdir(folder) });
  try {
    return await timed(steps, async (lap) => {
      const workflow = {
        name: 'steps',
        run: async (/** @type {import('@codex-orch/core').Ctx} */ ctx) => {
          for (let n = 0; n < steps; n += 1) {
            await ctx.step('step', () => Promise.resolve(n));
            lap();
          }
          return null;
        },
      };
      await engine.run(workflow, null, { id: 'bench' });
      await engine.result('bench');
    });
  } finally {
    await engine.stop();
  }
}

/**
 * @param {number} steps
 * @param {(lap: () => void) => Promise<void>} work calls `lap` after each step
 */
async function timed(steps, work) {
  /** @type {number[]} */
  const laps = [];
  const cpu = process.cpuUsage();
  const started = performance.now();
  let last = started;
  await work(() => {
    const now = performance.now();
    laps.push(now - last);
    last = now;
  });
  const ms = performance.now() - started;
  const { user, system } = process.cpuUsage(cpu);
  return {
    stepsPerSecond: (steps / ms) * 1000,
    msPerStep: ms / steps,
    p50Ms: percentile(laps, 0.5),
    p99Ms: percentile(laps, 0.99),
    cpuMsPerStep: (user + system) / 1000 / steps,
  };
}
