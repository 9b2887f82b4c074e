import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  loadConfig,
  NotARepositoryError,
  OrchError,
  type ResolvedConfig,
  runCommand,
  SecretBroker,
} from '@codex-orch/core';
import {
  childEnvironment,
  type CodexProbe,
  prepareCodexHome,
  probeCodex,
  probeSandbox,
  selectDriver,
} from '@codex-orch/mcp-adapter';
import { keyEnvironment, type ModelAccess, modelAccess, shownUrl } from '../compose/model-access.js';
import { exitCode } from '../exit-code.js';
import { asTyped } from '../print/as-typed.js';
import { paletteFor } from '../print/palette.js';
import { shellWord } from '../print/shell-word.js';
import { visibleLine } from '../print/visible.js';
import type { CliContext } from '../context.js';
import { type CommonFlags, command, printJson, standpointOf } from './command.js';
import { openNotary } from './open-orchestrator.js';
import { repositoryOf } from './open-run.js';
import { overruledLines } from './overruled.js';

/** One thing that was looked at. `warn` does not keep a goal from running. */
interface Check {
  readonly name: string;
  readonly status: 'ok' | 'warn' | 'fail';
  readonly detail: string;
  readonly remedy?: string | undefined;
}

type Env = NodeJS.ProcessEnv;

function checkNode(): Check {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isEnough = major > 20 || (major === 20 && minor >= 19);
  return {
    name: 'node',
    status: isEnough ? 'ok' : 'fail',
    detail: process.version,
    ...(isEnough ? {} : { remedy: 'Install Node 20.19 or newer.' }),
  };
}

async function checkGit(env: Env): Promise<Check> {
  try {
    const { stdout } = await runCommand('git', ['--version'], { cwd: os.tmpdir(), env: { PATH: env['PATH'] ?? '' } });
    return { name: 'git', status: 'ok', detail: stdout.toString('utf8').trim() };
  } catch {
    return { name: 'git', status: 'fail', detail: 'git cannot be started', remedy: 'Install git and put it on PATH.' };
  }
}

const failed = (name: string, error: unknown): Check => ({
  name,
  status: 'fail',
  detail: error instanceof Error ? error.message : String(error),
  remedy: error instanceof OrchError ? error.hint : undefined,
});

/** What to type to log in: the Codex that is used need not be on the PATH. */
const loginRemedy = (binary = 'codex'): string =>
  `Run "${shellWord(binary)} login", set OPENAI_API_KEY, or configure model.provider.`;

async function checkModel(openAccess: () => Promise<ModelAccess>, binary: string | undefined): Promise<Check> {
  let access: ModelAccess;
  try {
    access = await openAccess();
  } catch (error) {
    return failed('model', error);
  }
  if (access.missing !== undefined) {
    return {
      name: 'model',
      status: 'fail',
      detail: access.missing,
      remedy: loginRemedy(binary),
    };
  }
  const baseUrl =
    access.roles.kind === 'api' ? access.roles.baseUrl : (access.codex.provider?.baseUrl ?? 'https://chatgpt.com');
  const apiKey = access.roles.kind === 'api' ? access.roles.apiKey?.reveal() : undefined;
  const url = access.roles.kind === 'api' ? `${baseUrl}/models` : baseUrl;
  try {
    const response = await fetch(url, {
      method: 'GET',
      headers: apiKey ? { authorization: `Bearer ${apiKey}` } : {},
      signal: AbortSignal.timeout(10_000),
    });
    await response.body?.cancel();
    if (response.status === 401 || response.status === 403) {
      if (access.roles.kind === 'api')
        return {
          name: 'model',
          status: 'fail',
          detail: `${shownUrl(url)} refused the key (${response.status})`,
          remedy: 'Check the key of the provider.',
        };
    }
    return { name: 'model', status: 'ok', detail: `${access.label}; ${new URL(url).host} answers` };
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? `: ${error.cause.message}` : '';
    return {
      name: 'model',
      status: 'fail',
      detail: `${shownUrl(url)} cannot be reached${cause}`,
      remedy: 'Check the network, the proxy and the base URL.',
    };
  }
}

async function checkCodex(
  config: ResolvedConfig,
  openAccess: () => Promise<ModelAccess>,
  env: Env,
  repositoryRoot: string | undefined,
): Promise<{ readonly checks: readonly Check[]; readonly binary?: string }> {
  let probe: CodexProbe;
  try {
    probe = await probeCodex({ path: config.codex.path, env, untrustedRoot: repositoryRoot });
  } catch (error) {
    return { checks: [failed('codex', error)] };
  }
  const present = Object.entries({
    'app-server': probe.drivers.appServer,
    'mcp-server': probe.drivers.mcpServer,
    exec: probe.drivers.exec,
    cloud: probe.drivers.cloud,
  })
    .filter(([, has]) => has)
    .map(([name]) => name);
  const checks: Check[] = [
    { name: 'codex', status: 'ok', detail: `${probe.version} at ${probe.binary} (${probe.source})` },
  ];
  const folder = await mkdtemp(path.join(os.tmpdir(), 'codex-orch-doctor-'));
  try {
    const access = await openAccess();
    const home = await prepareCodexHome({
      dir: path.join(folder, 'home'),
      projectRoot: folder,
      provider: access.codex.provider,
      auth: access.codex.auth,
    });
    const selected = selectDriver({
      probe,
      requested: config.codex.driver,
      home,
      env,
      extraEnv: keyEnvironment(access),
    });
    await using driver = selected.driver;
    const { mode } = selected;
    checks.push({
      name: 'drivers',
      status: 'ok',
      detail: `${present.join(', ')}; ${mode.used} is used (${mode.reason})`,
    });
    const auth = await driver.auth();
    const loggedIn = auth.state === 'logged-in' || auth.state === 'not-needed';
    checks.push({
      name: 'login',
      status: loggedIn ? 'ok' : 'fail',
      // What to run is told by the remedy, with the Codex that is meant.
      detail: `${auth.state}${auth.method === undefined ? '' : ` (${auth.method})`}${auth.detail === undefined || /^Run /.test(auth.detail) ? '' : `: ${auth.detail}`}`,
      ...(loggedIn ? {} : { remedy: loginRemedy(probe.binary) }),
    });
    const sandbox = await probeSandbox({
      binary: probe.binary,
      version: probe.version,
      home,
      env: childEnvironment({ home, from: env }),
    });
    checks.push({
      name: 'sandbox',
      status: sandbox.working ? 'ok' : 'fail',
      detail: sandbox.detail,
      ...(sandbox.working
        ? {}
        : {
            remedy:
              'Allow unprivileged user namespaces, or install bubblewrap; without a sandbox, Codex must not work unattended.',
          }),
    });
  } catch (error) {
    checks.push(failed('drivers', error));
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return { checks, binary: probe.binary };
}

/** Settings that hold otherwise than the repository's file says. */
async function checkSettings(context: CliContext, root: string): Promise<readonly Check[]> {
  const lines = await overruledLines(context, { root });
  return lines.length === 0 ? [] : [{ name: 'settings', status: 'warn', detail: lines.join('\n') }];
}

/** The root of the repository that the command is called in, whose settings hold and whose files are not trusted. */
async function findRoot(
  context: CliContext,
  flags: CommonFlags,
): Promise<{ readonly root?: string; readonly problem?: Check }> {
  try {
    return { root: (await repositoryOf(context, flags)).root };
  } catch (error) {
    // Outside of any repository there is nothing that could not be trusted.
    if (error instanceof NotARepositoryError && flags.repo === undefined) return {};
    return { root: path.resolve(flags.repo ?? context.process.cwd()), problem: failed('repository', error) };
  }
}

export const doctor = command(async (context, flags: CommonFlags): Promise<number> => {
  const { env } = context.process;
  const checks: Check[] = [checkNode(), await checkGit(env)];
  const { root, problem } = await findRoot(context, flags);
  if (problem) checks.push(problem);
  try {
    const config = await loadConfig({ repositoryRoot: root ?? null, env });
    if (root !== undefined) checks.push(...(await checkSettings(context, root)));
    const { redactor } = context;
    const broker = new SecretBroker({
      sources: config.secrets,
      env,
      redactor,
      untrustedRoot: root,
      onFailure: openNotary(context, null, config).secretFailed,
    });
    const openAccess = (): Promise<ModelAccess> => modelAccess(config, env, broker);
    const codex = await checkCodex(config, openAccess, env, root);
    checks.push(...codex.checks, await checkModel(openAccess, codex.binary));
  } catch (error) {
    checks.push(failed('configuration', error));
  }
  const standpoint = standpointOf(context, flags);
  const told = checks.map((check): Check =>
    check.remedy === undefined ? check : { ...check, remedy: asTyped(check.remedy, standpoint, check.detail) },
  );
  const healthy = checks.every(({ status }) => status !== 'fail');
  if (flags.json) {
    printJson(context, { healthy, checks: told });
    return healthy ? exitCode.done : exitCode.failed;
  }
  const { green, red, yellow, bold, dim } = paletteFor(context.process.stdout, env);
  const mark = { ok: green('✓'), warn: yellow('!'), fail: red('✗') };
  const width = Math.max(...told.map(({ name }) => name.length));
  const indent = ' '.repeat(width + 3);
  const advice = new Set<string>();
  for (const { name, status, detail, remedy } of told) {
    const [first = '', ...more] = detail.split('\n').map(visibleLine);
    context.process.stdout.write(`${mark[status]} ${bold(name.padEnd(width))} ${first}\n`);
    for (const line of more) context.process.stdout.write(`${indent}${line}\n`);
    if (remedy === undefined || advice.has(remedy)) continue;
    advice.add(remedy);
    context.process.stdout.write(`${indent}${dim('→')} ${visibleLine(remedy)}\n`);
  }
  return healthy ? exitCode.done : exitCode.failed;
});
