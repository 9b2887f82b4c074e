import { readdir, readFile, readlink } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { World } from '../test/world.js';

/** What a crash could leave behind that nobody would ever clean up. */
export const kinds = [
  'processes',
  'locks that are held or piled up',
  'work trees and other folders',
  'temporary files',
  "locks and branches in the user's repository",
] as const;

export type Leftover = { readonly kind: (typeof kinds)[number]; readonly what: string };

/** What Codex, npm and git keep in folders of their own, differently at each start. */
const notOurs = [
  /^state\/codex\/RUN\/(?!codex-orch-|sandbox-probe-|schema-|\.?config\.toml\.)/,
  /^state\/workspaces\/RUN\/(home|tmp)\//,
  /^state\/workspaces\/RUN\/git\/objects\/(?!.*(\.lock|tmp_))/,
  /^tmp\/codex-bwrap-synthetic-mount-targets-/,
  /^strace|^kept-/,
];

const anonymous = (name: string): string =>
  name
    .replaceAll(/[0-9A-HJKMNP-TV-Z]{26}/g, 'RUN')
    .replaceAll(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, 'UUID')
    .replaceAll(/\b[0-9a-f]{2}\/[0-9a-f]{38,}/g, 'OBJECT')
    .replaceAll(/objects\/[0-9a-f]{2}$/g, 'objects/OBJECTS')
    .replaceAll(/(lock)\.\d+/g, '$1.N');

/** Every file and folder of a world by its name, without what differs between any two runs. */
async function filesOf(world: World): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for (const entry of await readdir(world.root, { recursive: true, withFileTypes: true })) {
    const file = path.relative(world.root, path.join(entry.parentPath, entry.name));
    const name = anonymous(file);
    if (notOurs.some((pattern) => pattern.test(name))) continue;
    found.set(name, [...(found.get(name) ?? []), file]);
  }
  return found;
}

function kindOf(name: string): Leftover['kind'] {
  if (/\.tmp\b|^tmp\/|codex-orch-|sandbox-probe-|schema-|config\.toml\./.test(name)) return 'temporary files';
  if (name.startsWith('repo/.git/')) return "locks and branches in the user's repository";
  return /lock\.N/.test(name) ? 'locks that are held or piled up' : 'work trees and other folders';
}

/** The folders and notes of runs that were killed before they began: nothing was done for them, and `gc` removes them. */
const neverBegun = (files: ReadonlyMap<string, readonly string[]>): readonly string[] => {
  const began = new Set((files.get('repo/.runs/adhoc/RUN/manifest.json') ?? []).map((file) => path.dirname(file)));
  const notes = (files.get('state/runs/RUN.json') ?? []).filter(
    (file) => !began.has(`repo/.runs/adhoc/${path.basename(file, '.json')}`),
  );
  return [...(files.get('repo/.runs/adhoc/RUN') ?? []).filter((folder) => !began.has(folder)), ...notes];
};

/** What a world without any fault has at its end. */
export type Expected = ReadonlyMap<string, readonly string[]>;

export const expectedOf = (world: World): Promise<Expected> => filesOf(world);

/** What is left in a world that an undisturbed one does not have. */
export async function leftoversOf(
  world: World,
  expected: Expected,
): Promise<{ readonly bad: readonly Leftover[]; readonly neverBegan: number }> {
  const all = await filesOf(world);
  const idle = neverBegun(all);
  const isBad = (file: string): boolean => !idle.some((folder) => `${file}/`.startsWith(`${folder}/`));
  const extra: Leftover[] = [];
  for (const [name, own] of all) {
    const files = own.filter(isBad);
    const surplus = files.length - (expected.get(name)?.length ?? 0);
    if (surplus > 0) extra.push(...files.slice(-surplus).map((what) => ({ kind: kindOf(name), what })));
  }
  // A folder stands for all that is in it.
  const bad = extra.filter(({ what }) => !extra.some((other) => what.startsWith(`${other.what}/`)));
  for (const file of [...all.values()].flat().filter((name) => /lock\.\d+$/.test(name) && isBad(name))) {
    const { released } = JSON.parse(await readFile(path.join(world.root, file), 'utf8')) as { released: boolean };
    if (!released) bad.push({ kind: 'locks that are held or piled up', what: `${file} is not released` });
  }
  bad.push(...(await processesLeft(world)).map((what) => ({ kind: 'processes' as const, what })));
  return { bad, neverBegan: idle.length };
}

/** The processes that a world left, after those that were about to end have ended. */
async function processesLeft(world: World): Promise<readonly string[]> {
  const patience = performance.now() + 15_000;
  for (;;) {
    const found = await processesOf(world);
    if (found.length === 0 || performance.now() > patience) return found;
    await delay(200);
  }
}

async function processesOf({ root }: World): Promise<readonly string[]> {
  const found: string[] = [];
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)) {
    const read = (file: string): Promise<string> => readFile(`/proc/${pid}/${file}`, 'utf8').catch(() => '');
    const commandLine = (await read('cmdline')).replaceAll('\0', ' ').trim();
    const cwd = await readlink(`/proc/${pid}/cwd`).catch(() => '');
    // One without a command line has ended, and waits for its parent.
    if (commandLine === '' || !(commandLine + cwd + (await read('environ'))).includes(root)) continue;
    found.push(`${pid} ${commandLine}`);
  }
  return found;
}
