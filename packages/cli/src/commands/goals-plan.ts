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
  try {
    const { bytes, size } = await readStart(path.resolve(process.cwd(), name), { maxBytes, followLinks: true });
    if (size > bytes.length) throw new Error(`it has ${size} bytes`);
    return bytes.toString('utf8');
  } catch (error) {
    throw new UnreadableFileError(name, error);
  }
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
