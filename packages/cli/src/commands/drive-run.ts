import path from 'node:path';
import {
  ApprovalPendingError,
  type Manifest,
  readRun,
  readStart,
  type RunLocation,
  ProcessLock,
  sha256File,
} from '@codex-orch/core';
import type { Orchestrator } from '../compose/orchestrator.js';
import type { CliContext } from '../context.js';
import { deceptivePlaces } from '../diff/deceptive-places.js';
import { linesOfFile } from '../diff/lines.js';
import { RunEmptyError } from '../errors.js';
import { exitCode, exitCodeOfRun } from '../exit-code.js';
import { elevationLines } from '../print/elevation.js';
import { asTyped } from '../print/as-typed.js';
import { counted } from '../print/counted.js';
import { type Palette, paletteFor } from '../print/palette.js';
import { printDiff, type PrintDiffOptions } from '../print/print-diff.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, printJson, standpointOf } from './command.js';
import { stopSignals } from './interruption.js';
import { shellWord } from '../print/shell-word.js';
import type { RunWork } from './run-work.js';
import { repoFlag, selfCommand } from './self-command.js';

/** Diff lines shown at a terminal before the rest is folded. */
const maxDiffLines = 160;

/** Places that are named in a warning. */
const maxPlaces = 10;

/** Bytes of a diff that are read to show it. */
const maxDiffBytes = 256 * 1024;

/** Follows a run until it ends or waits for a human, then says how it stands and what to do next. */
export async function driveRun(
  context: CliContext,
  flags: CommonFlags,
  orchestrator: Orchestrator,
  location: RunLocation,
): Promise<number> {
  const { process } = context;
  const interrupted = new AbortController();
  const goOn = `Go on with: ${selfCommand(context)} resume ${location.runId}${repoFlag(flags)}`;
  const sayInterrupted = (): number => {
    if (flags.json)
      printJson(context, {
        error: { code: 'interrupted', message: `Run ${location.runId} was interrupted.`, hint: goOn },
      });
    else process.stderr.write(`Stopped. ${goOn}\n`);
    return exitCode.interrupted;
  };
  const interrupt = (signal?: NodeJS.Signals): void => {
    if (interrupted.signal.aborted) {
      // A terminal that is closed may say so twice, and nobody has lost patience.
      if (signal !== 'SIGHUP') process.exit(sayInterrupted());
      return;
    }
    interrupted.abort();
    process.stderr.write('Stopping; what is done is kept. Once more to stop at once.\n');
    void orchestrator[Symbol.asyncDispose]();
  };
  for (const signal of stopSignals) process.on(signal, interrupt);
  try {
    await orchestrator.settled(location);
  } catch (error) {
    if (interrupted.signal.aborted) return sayInterrupted();
    if (!(error instanceof ApprovalPendingError)) throw error;
  } finally {
    for (const signal of stopSignals) process.off(signal, interrupt);
  }
  const { syncAfterRun } = await import('./cloud-sync.js');
  await syncAfterRun(context, flags, location);
  return reportRun(context, flags, location);
}

/** Says how a run stands. */
export async function reportRun(
  context: CliContext,
  flags: CommonFlags,
  location: RunLocation,
  { diff = true, isShown = false }: { readonly diff?: boolean; readonly isShown?: boolean } = {},
): Promise<number> {
  const run = await readRun(location);
  if (!run) throw new RunEmptyError(location.runId);
  const { manifest } = run;
  if (flags.json) printJson(context, manifest);
  else
    context.process.stdout.write(
      `${(await describeRun(context, flags, location, manifest, { diff, isShown })).join('\n')}\n`,
    );
  return exitCodeOfRun(manifest);
}

async function describeRun(
  context: CliContext,
  flags: CommonFlags,
  { dir }: RunLocation,
  manifest: Manifest,
  { diff: withDiff, isShown }: { readonly diff: boolean; readonly isShown: boolean },
): Promise<readonly string[]> {
  const { stdout, env } = context.process;
  const palette = paletteFor(stdout, env);
  const { bold, dim, green, red, yellow } = palette;
  const lines: string[] = [''];
  const warning = (text: string): string => `${yellow(bold('Warning'))}  ${visibleLine(text)}`;
  const diffPath = path.join(dir, 'diff.patch');
  if (withDiff && manifest.diff && manifest.diff.files.length > 0) {
    const options = { palette, maxLines: maxDiffLines, path: diffPath };
    const secrets = manifest.artifacts.flatMap((artifact) =>
      artifact.kind === 'diff' ? (artifact.secrets ?? []) : [],
    );
    if (secrets.length > 0)
      lines.push(warning(`this diff contains your secret ${secrets.join(', ')} and is not shown: ${diffPath}`), '');
    else if (!(await isRecorded(diffPath, manifest.diff.sha256)))
      lines.push(
        warning(
          `${diffPath} is not the recorded diff any more and is not shown; see ${selfCommand(context)} runs verify ${manifest.runId}${repoFlag(flags)}`,
        ),
        '',
      );
    else lines.push((await showDiff(diffPath, options)) ?? yellow(`${visibleLine(diffPath)} cannot be read.`), '');
    const places = await deceptiveIn(
      diffPath,
      manifest.diff.files.map((file) => file.path),
    );
    if (places !== undefined) lines.push(warning(`this diff contains hidden or reordering characters: ${places}`), '');
  }
  const state =
    manifest.state === 'done'
      ? green(manifest.state)
      : manifest.state === 'awaiting-approval' || manifest.elevations.length > 0
        ? yellow(manifest.state)
        : red(manifest.state);
  lines.push(
    `${bold('State')}    ${state}${manifest.elevations.length > 0 ? ' — waits for your answer' : ''}${manifest.end ? ` — ${visibleLine(manifest.end.message)} [${visibleLine(manifest.end.code)}]` : ''}`,
  );
  if (manifest.end?.hint !== undefined)
    lines.push(`         ${visibleLine(asTyped(manifest.end.hint, standpointOf(context, flags), dir))}`);
  for (const { id, request } of manifest.elevations)
    lines.push(`${bold('Asks')}     ${id}: Codex wants to leave its sandbox and to`, ...elevationLines(request));
  if (manifest.review)
    lines.push(`${bold('Review')}   ${visibleLine(`${manifest.review.verdict}: ${manifest.review.summary}`)}`);
  if (manifest.diff)
    lines.push(
      `${bold('Diff')}     ${visibleLine(diffPath)} ${dim(`(${counted(manifest.diff.files.length, 'file')}, sha256 ${manifest.diff.sha256.slice(0, 12)}…)`)}`,
    );
  const { syncProblem } = await import('./cloud-sync.js');
  const unsent = await syncProblem(context, manifest.runId);
  if (unsent !== undefined)
    lines.push(
      `${bold('Summary')}  ${yellow(visibleLine(unsent))}`,
      dim(`         send it with: ${selfCommand(context)} cloud sync ${manifest.runId}${repoFlag(flags)}`),
    );
  const { readNote } = await import('../compose/noted-runs.js');
  const { workOfRun } = await import('./run-work.js');
  const note = await readNote(env, manifest.runId);
  lines.push(
    `${bold('Run')}      ${visibleLine(dir)}`,
    ...nextSteps(context, flags, manifest, {
      isHeld: (await ProcessLock.holder(path.join(dir, 'lock'))) !== undefined,
      isGivenUp: note?.givenUp ?? false,
      branch: await branchToJoin(manifest),
      ...(await workOfRun(context, flags, manifest, note?.fleet?.id, palette)),
      isShown,
      palette,
    }),
  );
  return lines;
}

/** The first places of a diff that would deceive its reader; undefined where there are none. */
async function deceptiveIn(diffPath: string, files: readonly string[]): Promise<string | undefined> {
  const places: string[] = [];
  try {
    for await (const place of deceptivePlaces(linesOfFile(diffPath), files)) {
      if (places.length === maxPlaces) return `${places.join(', ')} and more`;
      places.push(place);
    }
  } catch {
    // That it cannot be read has been told.
  }
  return places.length > 0 ? places.join(', ') : undefined;
}

const isRecorded = (diffPath: string, sha256: string): Promise<boolean> =>
  sha256File(diffPath).then(
    (file) => file.sha256 === sha256,
    // That it cannot be read is told in its place.
    () => true,
  );

/** The start of a diff; undefined when it cannot be read, which must not keep the rest from being told. */
async function showDiff(diffPath: string, options: PrintDiffOptions): Promise<string | undefined> {
  try {
    const { bytes, size } = await readStart(diffPath, { maxBytes: maxDiffBytes });
    return printDiff(bytes.toString('utf8'), { ...options, unreadBytes: size - bytes.length });
  } catch {
    return undefined;
  }
}

/** A longer goal is not printed to be pasted. */
const maxGoalAgain = 120;

interface NextSteps extends RunWork {
  readonly isHeld: boolean;
  /** Whether it was given up, and what going on with it needs was removed. */
  readonly isGivenUp: boolean;
  /** The branch of an integration that the run was begun for. */
  readonly branch: string | undefined;
  /** Whether all that happened in it has just been told. */
  readonly isShown: boolean;
  readonly palette: Palette;
}

/** The integration branch whose conflict a run is to mend; undefined for other runs. */
async function branchToJoin(manifest: Manifest): Promise<string | undefined> {
  if (!manifest.follows) return undefined;
  const { branchOf } = await import('../compose/integration/branch-of.js');
  return branchOf(manifest.repository, manifest.follows.integration);
}

function nextSteps(
  context: CliContext,
  flags: CommonFlags,
  { state, runId, goal, end, elevations }: Manifest,
  { isHeld, isGivenUp, branch, fleet, where, bring, isShown, palette: { bold, dim } }: NextSteps,
): readonly string[] {
  const self = selfCommand(context);
  const step = (command: string, what: string): string =>
    `  ${self} ${command} ${runId}${repoFlag(flags)}   ${dim(`# ${what}`)}`;
  const answerStep = (id: string): string =>
    `  ${self} approve ${runId} --request ${id}${repoFlag(flags)}   ${dim('# or reject; the run goes on either way')}`;
  // It was built on that branch, so it does not fit a checkout without it.
  const join = (what: string): string =>
    `  ${self} integrate ${runId} --branch ${shellWord(branch ?? '')}${repoFlag(flags)}   ${dim(`# ${what}`)}`;
  const again =
    goal.length > maxGoalAgain || goal.includes('\n')
      ? []
      : [`  ${self} run ${visibleLine(shellWord(goal))}${repoFlag(flags)}   ${dim('# begins it anew')}`];
  switch (state) {
    case 'awaiting-approval':
      return [
        '',
        bold('Next'),
        step('approve', 'records that you approve exactly this diff'),
        fleet ??
          (branch === undefined
            ? step('apply', 'changes the files of your checkout, once it is approved')
            : join('puts it into that branch, once it is approved')),
        dim(`  or: ${self} reject ${runId}${repoFlag(flags)} --reason "…"`),
      ];
    case 'done': {
      const steps = bring ?? [
        branch === undefined ? step('apply', 'changes the files of your checkout') : join('puts it into that branch'),
      ];
      return [
        ...(where === undefined ? [] : [`${bold('Work')}     ${where}`]),
        ...(steps.length > 0 ? ['', bold('Next'), ...steps] : []),
      ];
    }
    case 'preflight':
    case 'planning':
    case 'building':
    case 'testing':
    case 'reviewing':
    case 'deciding':
    case 'promoting':
      return isHeld
        ? []
        : elevations.length > 0
          ? ['', bold('Next'), ...elevations.map(({ id }) => answerStep(id))]
          : isGivenUp
            ? ['', `${bold('Stopped')}  gc gave it up, and removed its work tree`, ...again]
            : ['', `${bold('Stopped')}  no process works on it`, step('resume', 'goes on with it')];
    default:
      if (!isShown) return end ? ['', bold('More'), step('runs show', 'what happened, step by step')] : [];
      return fleet === undefined && again.length === 0
        ? []
        : ['', bold('Next'), ...(fleet === undefined ? again : [fleet])];
  }
}
