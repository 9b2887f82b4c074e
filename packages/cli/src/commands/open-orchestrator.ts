import { type Config, loadConfig, type Repository, type ResolvedConfig, SecretBroker } from '@codex-orch/core';
import { noteKeys } from '../compose/model-access.js';
import { Notary } from '../compose/notary.js';
import { Orchestrator, type OrchestratorOptions } from '../compose/orchestrator.js';
import type { CliContext } from '../context.js';
import { paletteFor } from '../print/palette.js';
import { printCodexEvent, printEvent } from '../print/print-event.js';
import { visibleLine } from '../print/visible.js';
import { version } from '../version.js';
import { askHere } from './ask-here.js';
import { repoFlag, selfCommand } from './self-command.js';

/** Who signs and records what is decided about a repository; null for what is about none. */
export function openNotary(
  { process, redactor }: CliContext,
  repository: Pick<Repository, 'root'> | null,
  { signing }: Pick<ResolvedConfig, 'signing'>,
): Notary {
  const { yellow } = paletteFor(process.stderr, process.env);
  return new Notary({
    config: signing,
    env: process.env,
    repository: repository?.root ?? null,
    redactor,
    onWarning: (message) => process.stderr.write(`${yellow('warning')} ${visibleLine(message)}\n`),
  });
}

/** From here on, what the user's settings say of keys that are at hand is neither printed nor recorded. */
function noted({ process: { env }, redactor }: CliContext, config: ResolvedConfig): ResolvedConfig {
  noteKeys(config, new SecretBroker({ sources: config.secrets, env, redactor }));
  return config;
}

/** The user's settings for a repository. */
export const configFor = async (
  context: CliContext,
  { root }: Pick<Repository, 'root'>,
  flags: Config = {},
): Promise<ResolvedConfig> =>
  noted(context, await loadConfig({ repositoryRoot: root, env: context.process.env, flags }));

/** The user's own settings, for what needs none of a repository: its file may be broken. */
export const userConfigFor = async (context: CliContext): Promise<ResolvedConfig> =>
  noted(context, await loadConfig({ repositoryRoot: null, env: context.process.env }));

interface OpenOptions extends Pick<OrchestratorOptions, 'onCheckpoint' | 'cloudSharing' | 'queue'> {
  /** What the goal of a run is called, where several are told of. */
  readonly nameOf?: ((runId: string) => string) | undefined;
  /** What is to be typed after an answer to Codex, so that it arrives. */
  readonly answerFlags?: string | undefined;
}

/** The orchestrator for a repository, telling its progress on standard error. */
export function openOrchestrator(
  context: CliContext,
  repository: Repository,
  config: ResolvedConfig,
  { onCheckpoint, cloudSharing, queue, nameOf, answerFlags }: OpenOptions = {},
): Orchestrator {
  const { process } = context;
  const palette = paletteFor(process.stderr, process.env);
  const say = (runId: string, line: string): void => {
    const mark = nameOf ? `${palette.dim(`[${visibleLine(nameOf(runId))}]`)} ` : '';
    process.stderr.write(`${mark}${line}\n`);
  };
  const notary = openNotary(context, repository, config);
  return new Orchestrator({
    repository,
    config,
    notary,
    redactor: context.redactor,
    env: process.env,
    version,
    onEvent: (event, runId) => {
      // What begins to wait is told by `onWaiting`, also when it waited before.
      if (event.event.type === 'elevation.requested' && event.event.data.waiting) return;
      for (const line of printEvent(event, palette)) say(runId, line);
    },
    onWaiting: ({ runId, ...elevation }) => {
      const data = { ...elevation, waiting: true };
      for (const line of printEvent({ event: { type: 'elevation.requested', data } }, palette)) say(runId, line);
      const where = answerFlags ?? repoFlag({ repo: repository.root });
      say(runId, `    ${selfCommand(context)} approve ${runId} --request ${elevation.id}${where}`);
      say(
        runId,
        palette.dim(
          queue !== undefined
            ? '    or reject, from any machine; it stays open'
            : `    or reject; after ${config.approvals.timeoutSeconds} seconds this command exits, and it stays open`,
        ),
      );
    },
    onCodexEvent: (event, runId) => {
      const line = printCodexEvent(event, palette);
      if (line !== undefined) say(runId, line);
    },
    askHere: askHere(context, repository.root, notary),
    onCheckpoint,
    cloudSharing,
    queue,
  });
}
