import { type Config, loadConfig, type Repository } from '@codex-orch/core';
import { Orchestrator } from '../compose/orchestrator.js';
import type { CliContext } from '../context.js';
import { paletteFor } from '../print/palette.js';
import { printCodexEvent, printEvent } from '../print/print-event.js';
import { version } from '../version.js';
import { askHere } from './ask-here.js';

/** The orchestrator for a repository, telling its progress on standard error. */
export async function openOrchestrator(
  context: CliContext,
  repository: Repository,
  flags: Config = {},
): Promise<Orchestrator> {
  const { process } = context;
  const palette = paletteFor(process.stderr, process.env);
  const say = (line: string): void => {
    process.stderr.write(`${line}\n`);
  };
  return new Orchestrator({
    repository,
    config: await loadConfig({ repositoryRoot: repository.root, env: process.env, flags }),
    env: process.env,
    version,
    onEvent: (event) => {
      printEvent(event, palette).forEach(say);
    },
    onCodexEvent: (event) => {
      const line = printCodexEvent(event, palette);
      if (line !== undefined) say(line);
    },
    askHere: askHere(context, repository.root),
  });
}
