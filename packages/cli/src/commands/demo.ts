import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  assertBelongs,
  type Config,
  configSchema,
  openRepository,
  OrchError,
  readRun,
  type Repository,
  type ResolvedConfig,
  runChecked,
  type RunLocation,
  type RunRecord,
} from '@codex-orch/core';
import { prepareCodexHome, probeCodex, selectDriver } from '@codex-orch/mcp-adapter';
import { readCassette, type ReplayServer, startReplay } from '@codex-orch/replay';
import type { Orchestrator } from '../compose/orchestrator.js';
import { runLayout } from '../compose/noted-runs.js';
import type { CliContext } from '../context.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { paletteFor } from '../print/palette.js';
import { shellWord } from '../print/shell-word.js';
import { type CommonFlags, command, printJson } from './command.js';
import { driveRun } from './drive-run.js';
import { configFor, openOrchestrator } from './open-orchestrator.js';
import { findRun } from './open-run.js';
import { selfCommand } from './self-command.js';

export interface DemoFlags {
  readonly json: boolean;
  readonly driver?: 'auto' | 'app-server' | 'mcp-server' | 'exec' | undefined;
  readonly codex?: string | undefined;
  readonly dryRun: boolean;
  readonly resume?: string | undefined;
}

const demoTask = 'demo';
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
          `Cassette  ${cassettePath} (${counted(plan.cassette.scenes.length, 'scene')}, valid)`,
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

/** A folder in which no demo can go on. */
class NoDemoError extends OrchError {
  readonly code = 'no-demo';

  constructor(folder: string, why: string) {
    super(`${folder} holds no demo that can go on: ${why}.`, { hint: 'Start another one: `codex-orch demo`.' });
  }
}

/** Serves the model of the demo, for as long as the demo works. */
async function serveModel({ process }: CliContext): Promise<ReplayServer> {
  const { bold, yellow } = paletteFor(process.stderr, process.env);
  const model = await startReplay({ cassette: cassettePath });
  process.stderr.write(
    `${bold('Model')}   ${yellow('a replay')}: a script answers on ${model.baseUrl} in place of a model. Codex, git and the tests are real; nothing leaves this machine.\n`,
  );
  return model;
}

const settingsFor = (
  context: CliContext,
  repository: Repository,
  baseUrl: string,
  codex: Config['codex'],
): Promise<ResolvedConfig> =>
  configFor(context, repository, {
    codex: { ...codex, model: 'gpt-5.5' },
    model: {
      provider: { id: 'replay', name: 'replay (a script, no model)', baseUrl },
      roles: 'api',
      name: 'gpt-5.5',
    },
  });

/** Follows the demo to its end. Waiting for an approval is where one ends well. */
async function see(
  context: CliContext,
  flags: CommonFlags & { readonly repo: string },
  model: ReplayServer,
  orchestrator: Orchestrator,
  location: RunLocation,
): Promise<number> {
  const { stderr } = context.process;
  const code = await driveRun(context, flags, orchestrator, location);
  const { misses } = model.report();
  if (misses > 0) stderr.write(`The cassette had no answer to ${counted(misses, 'request')}.\n`);
  if (code === exitCode.interrupted)
    stderr.write(
      `The model of the demo ended with it. To serve it again: ${selfCommand(context)} demo --resume ${shellWord(flags.repo)}\n`,
    );
  return code === exitCode.waiting ? exitCode.done : code;
}

export const isDemo = ({ taskId, manifest }: RunRecord): boolean => taskId === demoTask && manifest.goal === demoGoal;

/** The demo that a folder holds. Throws {@link NoDemoError}. */
async function findDemo(
  context: CliContext,
  folder: string,
): Promise<{ readonly repository: Repository; readonly run: RunRecord }> {
  const repository = await openRepository(folder);
  const locations = await runLayout(context.process.env, repository.root).locations();
  const latest = locations.findLast(({ taskId }) => taskId === demoTask);
  if (!latest) throw new NoDemoError(folder, 'none was started there');
  const run = await readRun(await findRun(context, repository, latest.runId));
  if (!run) throw new NoDemoError(folder, 'it was interrupted before it began');
  if (!isDemo(run)) throw new NoDemoError(folder, `run ${run.runId} is about something else`);
  return { repository, run };
}

/** Goes on with a demo that was interrupted. The model that it began with is gone, so the same script is served again. */
export async function goOnWithDemo(
  context: CliContext,
  { json, driver, codex }: Pick<DemoFlags, 'json' | 'driver' | 'codex'>,
  repository: Repository,
  run: RunRecord,
): Promise<number> {
  assertBelongs(run, repository.root);
  await using model = await serveModel(context);
  const began = configSchema.safeParse(run.state.created?.settings).data?.codex;
  const asked = { driver: driver ?? began?.driver, path: codex ?? began?.path };
  const config = await settingsFor(context, repository, model.baseUrl, asked);
  await using orchestrator = openOrchestrator(context, repository, config);
  await orchestrator.resume(run);
  return await see(context, { json, repo: repository.root }, model, orchestrator, run);
}

export const demo = command(async (context, flags: DemoFlags): Promise<number> => {
  if (flags.dryRun) return rehearse(context, flags);
  if (flags.resume !== undefined) {
    const { repository, run } = await findDemo(context, path.resolve(flags.resume));
    return goOnWithDemo(context, flags, repository, run);
  }
  const { process } = context;
  const { bold, dim } = paletteFor(process.stderr, process.env);
  const say = (text: string): void => {
    process.stderr.write(`${text}\n`);
  };
  const self = selfCommand(context);
  const folder = await makeSample();
  say(`${bold('Goal')}    ${demoGoal}`);
  say(`${bold('Sample')}  ${folder} ${dim('(a new git repository; delete it when you are done)')}`);
  await using model = await serveModel(context);
  say(
    `        With a real model: log in to Codex or set OPENAI_API_KEY ("${self} doctor --repo <your repository>" says how), then: ${self} run "<goal>" --repo <your repository>\n`,
  );

  const repository = await openRepository(folder);
  const config = await settingsFor(context, repository, model.baseUrl, { driver: flags.driver, path: flags.codex });
  await using orchestrator = openOrchestrator(context, repository, config);
  const location = await orchestrator.start(demoGoal, { taskId: demoTask });
  return await see(context, { json: flags.json, repo: folder }, model, orchestrator, location);
});
