import { access, constants, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import process from 'node:process';

/**
 * @param {string} program
 * @param {string} records
 */
const script = (program, records) => `#!/bin/bash
LC_ALL=C; TIMEFORMAT='%R %U %S'
# Being told to end, it waits for the program that is told too.
trap : TERM
exec 3>'${records}'/$$
printf '%s\\0' "$@" >&3
printf '\\n' >&3
{ time '${program}' "$@" 2>&4 3>&- 4>&-; } 4>&2 2>&3
`;

/**
 * Makes stand-ins for git and Codex that run the real ones and note what each call took. Returns the path of the one for
 * Codex; `bin` in the folder holds the one for git.
 *
 * @param {string} folder
 * @param {{ codex: string }} real
 */
export async function writeMeteredPrograms(folder, { codex }) {
  const git = await find('git');
  for (const [name, program, file] of /** @type {const} */ ([
    ['git', git, path.join(folder, 'bin', 'git')],
    ['codex', codex, path.join(folder, 'codex')],
  ])) {
    await mkdir(path.join(folder, 'records', name), { recursive: true });
    await mkdir(path.dirname(file), { recursive: true });
    await writeFile(file, script(program, path.join(folder, 'records', name)), { mode: 0o755 });
  }
  return path.join(folder, 'codex');
}

/** @param {string} name */
async function find(name) {
  for (const folder of (process.env['PATH'] ?? '').split(path.delimiter)) {
    const isThere = await access(path.join(folder, name), constants.X_OK).then(
      () => true,
      () => false,
    );
    if (isThere) return path.join(folder, name);
  }
  return name;
}

/**
 * What the calls took, summed by what was called.
 *
 * @param {string} folder as of {@link writeMeteredPrograms}
 */
export async function readChildren(folder) {
  /** @type {Map<string, { program: string, calls: number, wallMs: number, cpuMs: number }>} */
  const byProgram = new Map();
  for (const name of ['codex', 'git']) {
    const records = path.join(folder, 'records', name);
    for (const file of await readdir(records)) {
      const [args = '', times = ''] = (await readFile(path.join(records, file), 'latin1')).split('\n');
      const [wall = 0, user = 0, system = 0] = times.split(' ').map(Number);
      const program = `${name} ${called(name, args.split('\0').slice(0, -1))}`;
      const sum = byProgram.get(program) ?? { program, calls: 0, wallMs: 0, cpuMs: 0 };
      sum.calls += 1;
      sum.wallMs += wall * 1000;
      sum.cpuMs += (user + system) * 1000;
      byProgram.set(program, sum);
    }
  }
  return [...byProgram.values()].toSorted((a, b) => b.cpuMs - a.cpuMs);
}

/**
 * @param {string} name
 * @param {readonly string[]} args
 */
function called(name, args) {
  if (name === 'codex') return args.filter((arg) => /^(--help|--version|[a-z-]+)$/.test(arg)).join(' ');
  const words = args.filter((arg, n) => arg !== '-c' && args[n - 1] !== '-c' && args[n - 1] !== '-C');
  return words.find((word) => !word.startsWith('-')) ?? '';
}
