import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { openRepository, runChecked } from '@codex-orch/core';
import { prepareCodexHome, probeCodex, selectDriver } from '@codex-orch/mcp-adapter';
import { readCassette, startReplay } from '@codex-orch/replay';
import type { CliContext } from '../context.js';
import { exitCode } from '../exit-code.js';
import { paletteFor } from '../print/palette.js';
import { command, printJson } from './command.js';
import { driveRun } from './drive-run.js';
import { configFor, openOrchestrator } from './open-orchestrator.js';

export interface DemoFlags {
  readonly json: boolean;
  readonly driver?: 'auto' | 'app-server' | 'mcp-server' | 'exec' | undefined;
  readonly codex?: string | undefined;
  readonly dryRun: boolean;
}

const demoGoal = 'Let tally print JSON with --json, and document it';

const demoFolder = fileURLToPath(new URL('../demo/', import.meta.url));
const cassettePath = path.join(demoFolder, 'cassette.jsonl');

/** Makes the sample a git repository of its own, with one commit. */
async function makeSample(): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'codex-orch-demo-'));
  await cp(path.join(demoFolder, 'sample'), folder, { recursive: true });
  await writeFile(path.join(folder, '.gitignore'), 'node_modules\n');
  const env = { PATH: process.env['PATH'] ?? '', HOME: os.homedir(), GIT_CONFIG_NOSYSTEM: '1' };
  const identity = [
    '-c',
    'user.name=codex-orch demo',
    '-c',
    'user.email=demo@codex-orch.invalid',
    '-c',
    'commit.gpgSign=false',
    '-c',
    'core.hooksPath=/dev/null',
  ];
  for (const args of [
    ['init', '--quiet', '--initial-branch=main'],
    ['add', '--all'],
    [...identity, 'commit', '--quiet', '--message=tally 1.0.0'],
  ]) {
    await runChecked('git', args, { cwd: folder, env });
  }
  return folder;
}

/** Checks that the demo can run as asked, and says what it would do; starts no work. */
async function rehearse(context: CliContext, { driver: requested = 'auto', codex, json }: DemoFlags): Promise<number> {
  const { env } = context.process;
  const probe = await probeCodex({ path: codex, env });
  const folder = await mkdtemp(path.join(os.tmpdir(), 'codex-orch-demo-'));
  try {
    const home = await prepareCodexHome({
      dir: path.join(folder, 'home'),
      projectRoot: folder,
      auth: { kind: 'none' },
    });
    const { driver, mode } = selectDriver({ probe, requested, home, env });
    await driver.close();
    const cassette = await readCassette(cassettePath);
    const plan = {
      goal: demoGoal,
      codex: { version: probe.version, path: probe.binary },
      mode,
      cassette: {
        path: cassettePath,
        scenes: cassette.kind === 'script' ? cassette.scenes.map(({ scene }) => scene) : [],
      },
      steps: [
        'make the sample repository in a temporary folder',
        'serve the cassette on loopback as the model',
        `start Codex ${probe.version} as ${mode.used} in a private CODEX_HOME`,
        'plan, build, test and review the goal',
        'print the diff and wait for an approval',
      ],
    };
    if (json) printJson(context, plan);
    else {
      context.process.stdout.write(
        [
          `Goal      ${plan.goal}`,
          `Codex     ${plan.codex.version} at ${plan.codex.path}`,
          `Driver    ${mode.used}: ${mode.reason}`,
          `Cassette  ${cassettePath} (${plan.cassette.scenes.length} scenes, valid)`,
          'Would:',
          ...plan.steps.map((step) => `  - ${step}`),
          'Nothing was started.',
          '',
        ].join('\n'),
      );
    }
    return exitCode.done;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export const demo = command(async (context, flags: DemoFlags): Promise<number> => {
  if (flags.dryRun) return rehearse(context, flags);
  const { process } = context;
  const { bold, yellow, dim } = paletteFor(process.stderr, process.env);
  const say = (text: string): void => {
    process.stderr.write(`${text}\n`);
  };
  const folder = await makeSample();
  await using model = await startReplay({ cassette: cassettePath });
  say(`${bold('Goal')}    ${demoGoal}`);
  say(`${bold('Sample')}  ${folder} ${dim('(a new git repository; delete it when you are done)')}`);
  say(
    `${bold('Model')}   ${yellow('a replay')}: a script answers on ${model.baseUrl} in place of a model. Codex, git and the tests are real; nothing leaves this machine.`,
  );
  say(
    `        With a real model: run "codex login" (or set OPENAI_API_KEY), then in any repository: codex-orch run "<goal>"\n`,
  );

  const repository = await openRepository(folder);
  const config = await configFor(context, repository, {
    codex: { driver: flags.driver, path: flags.codex, model: 'gpt-5.5' },
    model: {
      provider: { id: 'replay', name: 'replay (a script, no model)', baseUrl: model.baseUrl },
      roles: 'api',
      name: 'gpt-5.5',
    },
  });
  await using orchestrator = openOrchestrator(context, repository, config);
  const location = await orchestrator.start(demoGoal, { taskId: 'demo' });
  const code = await driveRun(context, { ...flags, repo: folder }, orchestrator, location);
  const { misses } = model.report();
  if (misses > 0) say(`The cassette had no answer to ${misses} request(s).`);
  // Waiting for an approval is where a demo ends well.
  return code === exitCode.waiting ? exitCode.done : code;
});
