import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Manifest, readRun, type RunLocation } from '@codex-orch/core';
import type { Orchestrator } from '../compose/orchestrator.js';
import type { CliContext } from '../context.js';
import { RunEmptyError } from '../errors.js';
import { exitCode, exitCodeOfState } from '../exit-code.js';
import { type Palette, paletteFor } from '../print/palette.js';
import { printDiff } from '../print/print-diff.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, printJson } from './command.js';
import { selfCommand } from './self-command.js';

/** Diff lines shown at a terminal before the rest is folded. */
const maxDiffLines = 160;

/** Follows a run until it ends or waits for a human, then says how it stands and what to do next. */
export async function driveRun(
  context: CliContext,
  flags: CommonFlags,
  orchestrator: Orchestrator,
  location: RunLocation,
): Promise<number> {
  const { process } = context;
  const interrupted = new AbortController();
  const interrupt = (): void => {
    if (interrupted.signal.aborted) process.exit(exitCode.interrupted);
    interrupted.abort();
    process.stderr.write('Stopping; what is done is kept. Once more to stop at once.\n');
    void orchestrator[Symbol.asyncDispose]();
  };
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.on(signal, interrupt);
  try {
    await orchestrator.settled(location);
  } catch (error) {
    if (!interrupted.signal.aborted) throw error;
    process.stderr.write(`Stopped. Go on with: ${selfCommand(context)} resume ${location.runId}${repoFlag(flags)}\n`);
    return exitCode.interrupted;
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, interrupt);
  }
  return reportRun(context, flags, location);
}

/** Says how a run stands. */
export async function reportRun(context: CliContext, flags: CommonFlags, location: RunLocation): Promise<number> {
  const run = await readRun(location);
  if (!run) throw new RunEmptyError(location.runId);
  const { manifest } = run;
  if (flags.json) printJson(context, manifest);
  else context.process.stdout.write(`${(await describeRun(context, flags, location, manifest)).join('\n')}\n`);
  return exitCodeOfState(manifest.state);
}

async function describeRun(
  context: CliContext,
  flags: CommonFlags,
  { dir }: RunLocation,
  manifest: Manifest,
): Promise<readonly string[]> {
  const palette = paletteFor(context.process.stdout, context.process.env);
  const { bold, dim, green, red, yellow } = palette;
  const lines: string[] = [''];
  const diffPath = path.join(dir, 'diff.patch');
  if (manifest.diff && manifest.diff.files.length > 0) {
    lines.push(printDiff(await readFile(diffPath, 'utf8'), { palette, maxLines: maxDiffLines, path: diffPath }), '');
  }
  const state =
    manifest.state === 'done'
      ? green(manifest.state)
      : manifest.state === 'awaiting-approval'
        ? yellow(manifest.state)
        : red(manifest.state);
  lines.push(
    `${bold('State')}    ${state}${manifest.end ? ` — ${visibleLine(manifest.end.message)} [${manifest.end.code}]` : ''}`,
  );
  if (manifest.end?.hint !== undefined) lines.push(`         ${visibleLine(manifest.end.hint)}`);
  if (manifest.review)
    lines.push(`${bold('Review')}   ${manifest.review.verdict}: ${visibleLine(manifest.review.summary)}`);
  if (manifest.diff)
    lines.push(
      `${bold('Diff')}     ${diffPath} ${dim(`(${manifest.diff.files.length} files, sha256 ${manifest.diff.sha256.slice(0, 12)}…)`)}`,
    );
  lines.push(`${bold('Run')}      ${dir}`, ...nextSteps(context, flags, manifest, palette));
  return lines;
}

function nextSteps(
  context: CliContext,
  flags: CommonFlags,
  { state, runId, end, appliedTo }: Manifest,
  { bold, dim }: Palette,
): readonly string[] {
  const self = selfCommand(context);
  const step = (command: string, what: string): string =>
    `  ${self} ${command} ${runId}${repoFlag(flags)}   ${dim(`# ${what}`)}`;
  switch (state) {
    case 'awaiting-approval':
      return [
        '',
        bold('Next'),
        step('approve', 'records that you approve exactly this diff'),
        step('apply', 'changes the files of your checkout, once it is approved'),
        dim(`  or: ${self} reject ${runId}${repoFlag(flags)} --reason "…"`),
      ];
    case 'done':
      if (appliedTo.length > 0) return [`${bold('Applied')}  to ${appliedTo.map(visibleLine).join(', ')}`];
      return ['', bold('Next'), step('apply', 'changes the files of your checkout')];
    default:
      return end ? ['', bold('More'), step('runs show', 'what happened, step by step')] : [];
  }
}

export const repoFlag = ({ repo }: CommonFlags): string =>
  repo === undefined ? '' : ` --repo ${/^[\w./@:+-]+$/.test(repo) ? repo : `'${repo.replaceAll("'", `'\\''`)}'`}`;
