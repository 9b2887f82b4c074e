import {
  openRepository,
  probeRepository,
  readStart,
  type Repository,
  type ResolvedConfig,
  trackedFiles,
} from '@codex-orch/core';
import { type GoalsPlan, parseGoalsFile, planGoals, type TaskExecution } from '@codex-orch/core/goals';
import { canonicalJson, sha256 } from '@codex-orch/core';
import { findTask } from '@codex-orch/spec-guard';
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { usualEnvironment } from '../compose/cloud/require-cloud.js';
import type { CliContext } from '../context.js';
import { BadFlagsError, UnreadableFileError } from '../errors.js';
import type { CommonFlags } from './command.js';
import { folderOf } from './guard-change.js';
import { configFor } from './open-orchestrator.js';
import { registryOf } from './spec.js';
import { readRegistry } from './spec-checkout.js';

export interface GoalsFlags extends CommonFlags {
  readonly concurrency?: number | undefined;
}

/** A goals file, and what would be done about it. */
export interface LoadedPlan {
  readonly repository: Repository;
  readonly config: ResolvedConfig;
  readonly plan: GoalsPlan;
  /** Of what the file says, however it is written down. */
  readonly contentSha256: string;
}

const maxBytes = 4 * 1024 * 1024;

/** Reads a goals file and plans it. Starts nothing. */
export async function loadPlan(context: CliContext, flags: GoalsFlags, name: string): Promise<LoadedPlan> {
  const { concurrency = 2 } = flags;
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > 1000)
    throw new BadFlagsError('--concurrency has to be a whole number from 1 to 1000.');
  const file = parseGoalsFile(name, await readText(context, name));
  const repository = await openRepository(folderOf(context, flags));
  const config = await configFor(context, repository);
  const wanted = [...new Set(file.goals.flatMap(({ task }) => (task === undefined ? [] : [task])))];
  const mayNeedCloud = wanted.length > 0 || [file.defaults, ...file.goals].some((one) => one?.mode === 'cloud');
  const plan = planGoals(file, {
    config,
    environment: mayNeedCloud ? await usualEnvironment(repository.root, config) : null,
    concurrency,
    tasks: await executionOf(repository.root, wanted),
    tracked: file.goals.some(({ paths }) => paths !== undefined) ? await trackedFiles(repository) : [],
  });
  // What is not said is not there.
  const content = JSON.parse(JSON.stringify(file)) as unknown;
  return { repository, config, plan, contentSha256: sha256(canonicalJson(content)) };
}

async function readText({ process }: CliContext, name: string): Promise<string> {
  const file = path.resolve(process.cwd(), name);
  try {
    const { bytes, size } = await readStart(file, { maxBytes, followLinks: true });
    if (size > bytes.length) throw new Error(`it has ${size} bytes, and ${maxBytes} are the most that are read`);
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new UnreadableFileError(name, await whyUnreadable(file, error));
  }
}

/** What is wrong with a file, in the words of who named it. */
async function whyUnreadable(file: string, error: unknown): Promise<unknown> {
  const { code } = error as NodeJS.ErrnoException;
  const told = (message: string): Error => new Error(message, { cause: error });
  if (code === 'ENOENT' || code === 'ENOTDIR') return told('there is no such file');
  if (code === 'EACCES' || code === 'EPERM') return told('its permissions do not allow it');
  if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA') return told('it is no text in UTF-8');
  const entry = await stat(file).catch(() => undefined);
  return entry?.isDirectory() ? told('it is a folder; name the goals file in it') : error;
}

/** What the registry says of tasks. Throws where a goal names a task that it does not have. */
async function executionOf(root: string, ids: readonly string[]): Promise<Map<string, TaskExecution>> {
  if (ids.length === 0) return new Map();
  const registry = registryOf(await readRegistry(await probeRepository(root)));
  return new Map(
    ids.map((id) => {
      const { parallel, requires_cloud: requiresCloud } = findTask(registry, id).execution ?? {};
      return [id, { parallel, requiresCloud }];
    }),
  );
}
