import { readdir, readFile, readlink } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';

/** The ids of the processes whose working folder is this one. Linux only, as these tests are. */
export async function processesIn(folder: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const folders = await Promise.all(ids.map((id) => readlink(`/proc/${id}/cwd`).catch(() => undefined)));
  return ids.filter((_, index) => folders[index] === folder).map(Number);
}

/** Waits until a process works in this folder; nothing announces it. */
export async function processAppears(folder: string): Promise<void> {
  while ((await processesIn(folder)).length === 0) await delay(50);
}

/** The ids of the processes that have this word in their command line. */
export async function processesNaming(word: string): Promise<number[]> {
  const ids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const lines = await Promise.all(ids.map((id) => readFile(`/proc/${id}/cmdline`, 'utf8').catch(() => '')));
  return ids.filter((_, index) => lines[index]?.includes(word)).map(Number);
}

/** Waits until no process has this word in its command line. */
export async function processesEnd(word: string): Promise<void> {
  while ((await processesNaming(word)).length > 0) await delay(50);
}
