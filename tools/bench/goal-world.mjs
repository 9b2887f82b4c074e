import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { metered, MeteredError } from './metered.mjs';

const exec = promisify(execFile);

export const goal = 'Give greet an option loud that turns the greeting into capitals';

/** What tests the edit, for both sides. */
export const testCommand = /** @type {const} */ ([process.execPath, '--test']);

const sample = {
  'package.json': '{ "name": "greet", "version": "1.0.0", "type": "module" }\n',
  'greet.mjs': 'export const greet = (name) => `Hello, ${name}!`;\n',
  'greet.test.mjs': `import assert from 'node:assert/strict';
import { test } from 'node:test';
import { greet } from './greet.mjs';

test('greets', () => {
  assert.equal(greet('Ada'), 'Hello, Ada!');
});
`,
};

const bubblewraps = (/** @type {string} */ codex) => [
  '/usr/bin/bwrap',
  path.join(path.dirname(codex), '../codex-resources/bwrap'),
];

/** Folders for repositories and homes, and the model: everything that the two sides share. */
export class GoalWorld {
  /**
   * @param {string} folder
   * @param {import('node:child_process').ChildProcess} model
   * @param {string} baseUrl
   * @param {string | undefined} bubblewrap
   */
  constructor(folder, model, baseUrl, bubblewrap) {
    this.bubblewrap = bubblewrap;
    this.folder = folder;
    this.baseUrl = baseUrl;
    this.model = model;
    this.made = 0;
  }

  /** @param {string} codex its binary, beside which bubblewrap lies @returns {Promise<GoalWorld>} */
  static async open(codex) {
    const folder = await realpath(await mkdtemp(path.join(os.tmpdir(), 'codex-orch-bench-')));
    await mkdir(path.join(folder, 'home'));
    const script = fileURLToPath(new URL('model-server.mjs', import.meta.url));
    const model = spawn(process.execPath, [script], { stdio: ['pipe', 'pipe', 'inherit'] });
    const [baseUrl] = /** @type {[string]} */ (await once(createInterface({ input: model.stdout }), 'line'));
    const bubblewrap = bubblewraps(codex).find((file) => existsSync(file));
    return new GoalWorld(folder, model, baseUrl, bubblewrap);
  }

  /** Measures a command under a HOME with nothing in it: what the user's login shell does is neither side's cost. @type {typeof metered} */
  measure(command, options) {
    const { bubblewrap } = this;
    const env = { ...(options.env ?? process.env), HOME: path.join(this.folder, 'home') };
    return metered(command, { ...options, env, ...(bubblewrap !== undefined && { bubblewrap }) });
  }

  /**
   * A new folder that does not exist yet.
   *
   * @param {string} name
   */
  place(name) {
    this.made += 1;
    return path.join(this.folder, `${name}-${this.made}`);
  }

  /** A new repository with one commit. */
  async repository() {
    const folder = this.place('repository');
    await mkdir(folder);
    for (const [name, text] of Object.entries(sample)) await writeFile(path.join(folder, name), text);
    const identity = [
      '-c',
      'user.name=bench',
      '-c',
      'user.email=bench@codex-orch.invalid',
      '-c',
      'commit.gpgSign=false',
    ];
    for (const args of [
      ['init', '--quiet'],
      ['add', '--all'],
      [...identity, 'commit', '--quiet', '--message=one'],
    ]) {
      await exec('git', args, { cwd: folder });
    }
    return folder;
  }

  /** A CODEX_HOME whose only provider is the model here, and that sends nothing elsewhere, as ours. */
  async codexHome() {
    const folder = this.place('codex-home');
    await mkdir(folder);
    const lines = [
      'model = "gpt-5.5"',
      'model_provider = "bench"',
      'check_for_update_on_startup = false',
      '[history]\npersistence = "none"',
      '[analytics]\nenabled = false',
      '[feedback]\nenabled = false',
      '[otel]\nexporter = "none"\nmetrics_exporter = "none"\ntrace_exporter = "none"\nlog_user_prompt = false',
      `[model_providers.bench]\nname = "bench"\nbase_url = "${this.baseUrl}"\nwire_api = "responses"`,
    ];
    await writeFile(path.join(folder, 'config.toml'), `${lines.join('\n')}\n`);
    return folder;
  }

  async close() {
    const closed = once(this.model, 'close');
    this.model.stdin?.end();
    const [code] = /** @type {[number | null]} */ (await closed);
    await rm(this.folder, { recursive: true, force: true });
    if (code !== 0) throw new MeteredError('The model of the benchmark was asked something unexpected; see above.');
  }
}
