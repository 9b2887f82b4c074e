import { type Config, configSchema, judgeDocument } from '@codex-orch/core';
import { GoalEmptyError } from '../compose/errors.js';
import { BadFlagsError } from '../errors.js';
import { type CommonFlags, command } from './command.js';
import { driveRun } from './drive-run.js';
import { configFor, openOrchestrator } from './open-orchestrator.js';
import { repositoryOf } from './open-run.js';
import { tellOverruled } from './overruled.js';

export interface RunFlags extends CommonFlags {
  readonly task: string;
  readonly driver?: 'auto' | 'app-server' | 'mcp-server' | 'exec' | undefined;
  readonly codex?: string | undefined;
  readonly model?: string | undefined;
  readonly baseUrl?: string | undefined;
  readonly test?: readonly string[] | undefined;
  readonly noTests: boolean;
  readonly elevation?: 'ask' | 'deny' | undefined;
  readonly elevationTimeout?: number | undefined;
  readonly idleTimeout?: number | undefined;
  readonly maxTokens?: number | undefined;
  readonly maxTurns?: number | undefined;
  readonly maxMinutes?: number | undefined;
  readonly maxRevisions?: number | undefined;
  readonly maxReplans?: number | undefined;
}

/** Splits a command line at spaces; quotes are not a shell here, so a word that needs one must come from a configuration. */
export function toArguments(line: string): string[] {
  if (line.trim() === '') {
    throw new BadFlagsError(
      '--test is empty.',
      'Give the command that tests the work, or accept work that nothing has tested with --no-tests.',
    );
  }
  if (/["'`$\\;&|<>*?(){}]/.test(line)) {
    throw new BadFlagsError(
      `--test "${line}" needs a shell.`,
      'Give a plain command with arguments, or put argument arrays into tests.commands of codex-orch.config.json.',
    );
  }
  return line.trim().split(/\s+/);
}

/** The flag that a setting was given with. */
const flagOf: Readonly<Record<string, string>> = {
  'codex.driver': '--driver',
  'codex.path': '--codex',
  'codex.model': '--model',
  'codex.idleTimeoutSeconds': '--idle-timeout',
  'model.provider.baseUrl': '--base-url',
  'tests.commands': '--test',
  'limits.tokens': '--max-tokens',
  'limits.turns': '--max-turns',
  'limits.minutes': '--max-minutes',
  'limits.revisions': '--max-revisions',
  'limits.replans': '--max-replans',
  'approvals.elevation': '--elevation',
  'approvals.timeoutSeconds': '--elevation-timeout',
};

/** The configuration that the flags of a run are. Throws {@link BadFlagsError} for a value that cannot be. */
export function configOf(flags: RunFlags): Config {
  const { data, problems } = judgeDocument(configSchema, toConfig(flags));
  if (!problems) return data;
  const told = problems.map(({ path, message }) => {
    const setting = path.filter((name) => typeof name === 'string').join('.');
    return `${flagOf[setting] ?? setting} ${message}`;
  });
  throw new BadFlagsError(`${told.join('; ')}.`);
}

function toConfig(flags: RunFlags): Config {
  const commands = flags.test?.map(toArguments);
  return {
    codex: { driver: flags.driver, path: flags.codex, model: flags.model, idleTimeoutSeconds: flags.idleTimeout },
    ...(flags.baseUrl === undefined ? {} : { model: { provider: { id: 'given', baseUrl: flags.baseUrl } } }),
    tests: { ...(commands ? { commands } : {}), ...(flags.noTests ? { required: false } : {}) },
    limits: {
      tokens: flags.maxTokens,
      turns: flags.maxTurns,
      minutes: flags.maxMinutes,
      revisions: flags.maxRevisions,
      replans: flags.maxReplans,
    },
    approvals: { elevation: flags.elevation, timeoutSeconds: flags.elevationTimeout },
  };
}

export const run = command(async (context, flags: RunFlags, ...words: string[]): Promise<number> => {
  const goal = words.join(' ').trim();
  if (goal === '') throw new GoalEmptyError();
  const given = configOf(flags);
  const repository = await repositoryOf(context, flags);
  await tellOverruled(context, repository, given);
  await using orchestrator = openOrchestrator(context, repository, await configFor(context, repository, given));
  const location = await orchestrator.start(goal, { taskId: flags.task });
  return await driveRun(context, flags, orchestrator, location);
});
