import { cp, readFile } from 'node:fs/promises';
import path from 'node:path';
import {
  ApprovalPendingError,
  makeFolder,
  openRepository,
  type RecordedEvent,
  type Redactor,
  readRun,
  type ResolvedConfig,
  type RunLocation,
} from '@codex-orch/core';
import type { GoalAttempt, GoalOutcome, GoalRunner } from '@codex-orch/eval-harness';
import { probeCodex } from '@codex-orch/mcp-adapter';
import { startReplay } from '@codex-orch/replay';
import { shownUrl } from '../model-access.js';
import { Notary } from '../notary.js';
import { Orchestrator } from '../orchestrator.js';
import { type AnswerSource, attemptSettings } from './attempt-settings.js';
import { outageOf } from './outage.js';

export interface GoalRunnerOptions {
  /** The user's own settings: a target's files have no say. */
  readonly config: ResolvedConfig;
  readonly env: NodeJS.ProcessEnv;
  readonly redactor: Redactor;
  readonly version: string;
  readonly signal: AbortSignal;
  /** Whether what live models answer is kept as a cassette beside the record of each attempt. */
  readonly isRecorded: boolean;
  /** What no attempt may read beside what it is told not to: the places of the attempts of all other evaluations. */
  readonly hidden: readonly string[];
  readonly onWarning: (message: string) => void;
  /** What happens in the runs. */
  readonly onEvent: (event: RecordedEvent, attempt: GoalAttempt) => void;
}

/** No task of the target's is worked on. */
const noTask = 'adhoc';

/**
 * Works on goals as `codex-orch run` does: real Codex, real roles, the goal's own workflow, which ends where a human would be asked.
 * A model is the user's own provider, or a cassette that is served on loopback.
 *
 * Throws what finding Codex throws.
 */
export async function goalRunner(options: GoalRunnerOptions): Promise<GoalRunner> {
  const { config, env, version, signal } = options;
  const codex = await probeCodex({ path: config.codex.path, env, signal });
  return {
    digest: digestOf(config, [version, codex.version]),
    run: async (attempt) => {
      const { cassette } = attempt;
      if (cassette !== undefined) {
        await using server = await startReplay({ cassette });
        return await work(options, attempt, { kind: 'cassette', server });
      }
      const upstream = options.isRecorded ? config.model.provider?.baseUrl : undefined;
      if (upstream === undefined) return work(options, attempt, { kind: 'live' });
      const to = `${attempt.record}.jsonl`;
      await makeFolder(path.dirname(to));
      await using server = await startReplay({ record: { upstream, to } });
      return await work(options, attempt, { kind: 'recorded', server });
    },
  };
}

/** What of the user's settings an attempt has too, and can end otherwise by. */
function digestOf({ codex, limits, model, tests }: ResolvedConfig, versions: readonly string[]): string {
  const times = [tests.timeoutSeconds, codex.idleTimeoutSeconds, model.timeoutSeconds];
  return JSON.stringify([...versions, codex.driver, codex.approvalPolicy, tests.lint, limits, times]);
}

async function work(options: GoalRunnerOptions, attempt: GoalAttempt, source: AnswerSource): Promise<GoalOutcome> {
  const { checkout, scratch, secret, signal = options.signal } = attempt;
  const { redactor, version } = options;
  const config = attemptSettings(options.config, attempt, source);
  // What a run leaves outside of its repository goes with the attempt.
  const env = { ...options.env, CODEX_ORCH_HOME: scratch };
  const hidden = [...secret, ...options.hidden];
  const repository = await openRepository(checkout, { signal });
  const notary = new Notary({
    config: config.signing,
    env,
    repository: repository.root,
    redactor,
    onWarning: options.onWarning,
  });
  const onEvent = (event: RecordedEvent): void => options.onEvent(event, attempt);
  await using orchestrator = new Orchestrator({ repository, config, notary, redactor, env, version, onEvent, hidden });
  const stop = (): void => void orchestrator[Symbol.asyncDispose]();
  signal.addEventListener('abort', stop, { once: true });
  try {
    const location = await orchestrator.start(attempt.goal, { taskId: noTask });
    await orchestrator.settled(location).catch((error: unknown) => {
      signal.throwIfAborted();
      if (!(error instanceof ApprovalPendingError)) throw error;
    });
    await cp(location.dir, attempt.record, {
      recursive: true,
      filter: (file) => !isOfTheEngine(path.relative(location.dir, file)),
    });
    return await outcomeOf(location, attempt, { config, source, user: options.config });
  } finally {
    signal.removeEventListener('abort', stop);
  }
}

/** What goes on with a run is of no use once its work tree is gone. */
const isOfTheEngine = (file: string): boolean => /^(?:journal|inbox|lock)\b/.test(file);

interface AttemptModel {
  readonly config: ResolvedConfig;
  readonly source: AnswerSource;
  readonly user: ResolvedConfig;
}

async function outcomeOf(
  location: RunLocation,
  { cassette, variant }: GoalAttempt,
  { config, source, user }: AttemptModel,
): Promise<GoalOutcome> {
  const run = await readRun(location);
  if (!run) throw new Error(`run ${location.runId} recorded nothing`);
  const { state, manifest, lines } = run;
  const count = (type: string): number => lines.filter((line) => line.type === type).length;
  const { preflight, tests, diff } = state;
  const { provider } = user.model;
  const label =
    source.kind === 'cassette'
      ? `cassette ${path.basename(cassette ?? '')}, not a live one`
      : source.kind === 'recorded' && provider
        ? `${provider.name ?? provider.id} (${shownUrl(provider.baseUrl)}), recorded`
        : (preflight?.model.provider ?? 'none was reached');
  const replayed = source.kind === 'cassette' ? source.server.report() : undefined;
  return {
    runId: location.runId,
    state: state.phase,
    end: state.end ? { code: state.end.code, message: state.end.message } : null,
    // What a cassette answers is the same each time, a refusal too.
    outage: source.kind === 'cassette' ? undefined : outageOf(state.end),
    patch: diff && diff.files.length > 0 ? await readFile(path.join(location.dir, 'diff.patch')) : null,
    model: { label, name: variant.model ?? config.codex.model ?? config.model.name ?? null },
    codex: manifest.codex ? { version: manifest.codex.version, driver: manifest.codex.driver } : null,
    usage: state.usage,
    revisions: count('revision.started'),
    replans: count('replan.started'),
    findings: tests?.lint && tests.lint.error === null ? tests.lint.newCount : null,
    replay: replayed ? { misses: replayed.misses, loose: replayed.loose } : null,
  };
}
