import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  type CloudTaskState,
  fetchAttempts,
  FileCloudStore,
  intend,
  pollTask,
  remoteRepository,
  resolveEnvironment,
  resolveSubmission,
  submitOnce,
  taskIdPattern,
} from '@codex-orch/cloud-adapter';
import { makeScratchFolder, removeTree, type Repository, type ResolvedConfig, writeFileAtomic } from '@codex-orch/core';
import { cloudDirOf, looseTasksDir } from '../compose/cloud/cloud-place.js';
import { openCloud, type OpenedCloud } from '../compose/cloud/open-cloud.js';
import { readNote } from '../compose/noted-runs.js';
import type { CliContext } from '../context.js';
import { BadFlagsError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { paletteFor } from '../print/palette.js';
import { printDiff } from '../print/print-diff.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { configFor } from './open-orchestrator.js';
import { openOwnRun, repositoryOf } from './open-run.js';

interface Opened extends OpenedCloud {
  readonly repository: Repository;
  readonly config: ResolvedConfig;
  /** Keeps the tasks of this repository that belong to no run. */
  readonly dir: string;
}

async function open(context: CliContext, flags: CommonFlags): Promise<Opened> {
  const { env } = context.process;
  const repository = await repositoryOf(context, flags);
  const config = await configFor(context, repository);
  const dir = looseTasksDir(env, repository.root);
  const { redactor } = context;
  return {
    ...(await openCloud({ config, env, repositoryRoot: repository.root, rawDir: dir, redactor })),
    repository,
    config,
    dir,
  };
}

/** Environments that are configured, the one that a goal of this repository would be worked on in, and those of recent tasks. */
export const environments = command(async (context, flags: CommonFlags): Promise<number> => {
  const { cli, repository, config } = await open(context, flags);
  const { environments: configured } = config.cloud;
  const name = await remoteRepository(repository.root);
  const here = name === undefined ? undefined : resolveEnvironment({ repository: name, configured });
  const { tasks } = await cli.list();
  const seen = [...new Set(tasks.flatMap(({ environmentLabel }) => environmentLabel ?? []))];
  if (flags.json) {
    printJson(context, { repository: name ?? null, here: here ?? null, configured, seen });
    return exitCode.done;
  }
  const { stdout, env } = context.process;
  const { dim } = paletteFor(stdout, env);
  stdout.write(
    here
      ? `This repository: ${visibleLine(here.environment)} ${dim(`(${here.why})`)}\n`
      : 'This repository: none, as it has no remote on GitHub. Name one with --environment.\n',
  );
  for (const { id, repository: of } of configured) stdout.write(`${visibleLine(id)}  ${dim(`configured for ${of}`)}\n`);
  for (const label of seen) stdout.write(`${visibleLine(label)}  ${dim('label, of recent tasks')}\n`);
  stdout.write(dim('"codex cloud" lists all of them, and their ids, in its own window only.\n'));
  return exitCode.done;
});

interface SubmitFlags extends CommonFlags {
  readonly environment?: string | undefined;
  readonly attempts?: number | undefined;
  readonly branch?: string | undefined;
}

/** Submits a task that belongs to no run. One that was cut off is found again when it is given once more. */
export const submit = command(async (context, flags: SubmitFlags, ...words: string[]): Promise<number> => {
  const prompt = words.join(' ').trim();
  const { attempts: given } = flags;
  if (prompt === '') throw new BadFlagsError('Say what is to be done.');
  if (given !== undefined && ![1, 2, 3, 4].includes(given))
    throw new BadFlagsError('--attempts has to be a whole number from 1 to 4.');
  const { cli, repository, config, dir } = await open(context, flags);
  const { environment } = resolveEnvironment({
    asked: flags.environment,
    repository: await remoteRepository(repository.root),
    configured: config.cloud.environments,
  });
  const branch = flags.branch ?? repository.head.branch ?? undefined;
  const request = { environment, branch, prompt, attempts: given ?? config.cloud.attempts };
  const store = new FileCloudStore(path.join(dir, digestOf(request)));
  const cutOff = (await store.load()).turns.find(({ task }) => task === null);
  const turn = await submitOnce(cutOff ?? (await intend(request, null, { cli, store })), request, { cli, store });
  const { id, url } = turn.task;
  if (flags.json)
    printJson(context, { taskId: id, url, environment, branch: branch ?? null, attempts: request.attempts });
  else context.process.stdout.write(`${id}${url === null ? '' : `  ${url}`}\n`);
  return exitCode.done;
});

const digestOf = (request: unknown): string =>
  createHash('sha256').update(JSON.stringify(request)).digest('hex').slice(0, 32);

const exitCodes: Readonly<Record<CloudTaskState, number>> = {
  ready: exitCode.done,
  applied: exitCode.done,
  pending: exitCode.waiting,
  error: exitCode.failed,
};

interface StatusFlags extends CommonFlags {
  readonly wait: boolean;
}

/** How a task stands. */
export const status = command(async (context, flags: StatusFlags, taskId: string): Promise<number> => {
  const { cli, config } = await open(context, flags);
  assertTaskId(taskId);
  if (flags.wait) {
    const timeLimitMs = config.cloud.timeoutMinutes * 60_000;
    await pollTask(taskId, {
      cli,
      submittedAt: Date.now(),
      timeLimitMs,
      onState: (state) => void context.process.stderr.write(`${state}\n`),
    });
  }
  const state = await cli.status(taskId);
  if (flags.json) printJson(context, { taskId, state });
  else context.process.stdout.write(`${state}\n`);
  return exitCodes[state];
});

interface DiffFlags extends CommonFlags {
  readonly attempt?: number | undefined;
  readonly output?: string | undefined;
}

/** Lines of a diff that are shown. */
const maxLines = 2000;

/** Shows the diff of one attempt, made harmless for a terminal; or writes it into a file as it is. Nothing is applied. */
export const diff = command(async (context, flags: DiffFlags, taskId: string): Promise<number> => {
  const { attempt = 1 } = flags;
  if (![1, 2, 3, 4].includes(attempt)) throw new BadFlagsError('--attempt has to be a whole number from 1 to 4.');
  assertTaskId(taskId);
  const { cli } = await open(context, flags);
  const folder = await makeScratchFolder('cloud-diff');
  const { stdout, stderr, env } = context.process;
  try {
    const found = (await fetchAttempts(taskId, { cli, dir: folder, attempts: attempt, patience: 0 }))[attempt - 1];
    if (!found) {
      stderr.write(`Task ${taskId} has no attempt ${attempt} with a diff, or it is not ready.\n`);
      return exitCode.failed;
    }
    const { sha256, bytes, file } = found;
    const target = flags.output === undefined ? undefined : path.resolve(context.process.cwd(), flags.output);
    if (target !== undefined) await writeFileAtomic(target, await readFile(file));
    if (flags.json) printJson(context, { taskId, attempt, sha256, bytes, output: target ?? null });
    else if (target !== undefined) stdout.write(`${visibleLine(target)} (${bytes} bytes, sha256 ${sha256})\n`);
    else {
      const options = { palette: paletteFor(stdout, env), maxLines, path: 'the task; --output writes all of it' };
      stdout.write(`${printDiff(await readFile(file, 'utf8'), options)}\n`);
    }
    return exitCode.done;
  } finally {
    await removeTree(folder);
  }
});

/** Settles which task a submission of a run made that was cut off. */
export const adopt = command(async (context, flags: CommonFlags, asked: string, task: string): Promise<number> => {
  const { run } = await openOwnRun(context, flags, asked);
  const turn = await resolveSubmission(new FileCloudStore(cloudDirOf(run)), task === 'none' ? null : task);
  const taskId = turn.task?.id ?? null;
  const { queue } = (await readNote(context.process.env, run.runId)) ?? {};
  if (flags.json) printJson(context, { runId: run.runId, taskId, queue: queue ?? null });
  else {
    const when = queue === undefined ? 'when it is resumed' : 'when the worker of this machine takes it again';
    context.process.stdout.write(
      taskId === null
        ? `Run ${run.runId} submits its task again ${when}.\n`
        : `Run ${run.runId} goes on with task ${taskId} ${when}.\n`,
    );
  }
  // The database takes such a word from the owner of the run alone, and nobody owns one that is parked.
  if (queue !== undefined)
    context.process.stderr.write(
      `It belongs to the queue of ${visibleLine(queue)}: give the same \`goals run\` again. A worker of another machine that takes it first does not know of this, and asks again: then say it there.\n`,
    );
  return exitCode.done;
});

function assertTaskId(taskId: string): void {
  if (!taskIdPattern.test(taskId)) throw new BadFlagsError(`${JSON.stringify(taskId)} is not the id of a task.`);
}
