import { runCommand } from '@codex-orch/core';

/** A file that no longer can be parsed. */
export interface BrokenFile {
  readonly path: string;
  readonly message: string;
}

export interface ParseCheck {
  readonly checked: number;
  readonly broken: readonly BrokenFile[];
}

/**
 * Compiles JavaScript files without running them, as scripts or as modules; what is neither by any reading is broken. Files of other
 * languages are left to the asset's second run, which parses them, and to the tests.
 */
export async function checkParsing(
  folder: string,
  files: readonly string[],
  signal?: AbortSignal,
): Promise<ParseCheck> {
  const scripts = files.filter((file) => /\.[cm]?jsx?$/.test(file) && !file.endsWith('x'));
  if (scripts.length === 0) return { checked: 0, broken: [] };
  const result = await runCommand(process.execPath, ['--no-warnings', '--experimental-vm-modules', '--eval', compile], {
    cwd: folder,
    env: {},
    input: JSON.stringify(scripts),
    signal,
    timeoutMs: 120_000,
    keepBytes: 16 * 1024 * 1024,
  });
  signal?.throwIfAborted();
  if (result.exitCode !== 0)
    return { checked: scripts.length, broken: [{ path: '.', message: result.stderr.toString().trim().slice(-500) }] };
  return { checked: scripts.length, broken: JSON.parse(result.stdout.toString('utf8')) as BrokenFile[] };
}

/** Runs on its own, so that a file which makes the parser fail takes nothing with it. */
const compile = `
const { readFileSync } = require('node:fs');
const vm = require('node:vm');
const attempt = (make) => { try { make(); } catch (error) { return error; } };
const broken = [];
for (const path of JSON.parse(readFileSync(0, 'utf8'))) {
  const source = readFileSync(path, 'utf8').replace(/^\\uFEFF/, '').replace(/^#!.*/, '');
  const asModule = () => new vm.SourceTextModule(source);
  const asScript = () => vm.compileFunction(source, ['exports', 'require', 'module', '__filename', '__dirname']);
  const isModule = path.endsWith('.mjs') || (!path.endsWith('.cjs') && /^\\s*(import|export)\\b/m.test(source));
  const error = attempt(isModule ? asModule : asScript);
  if (error && attempt(isModule ? asScript : asModule)) broken.push({ path, message: String(error.message) });
}
process.stdout.write(JSON.stringify(broken));
`;
