import { type CheckInput, checkSpecsLazily, guardExitCode, type Report } from '@codex-orch/spec-guard';
import type { CliContext } from '../context.js';
import { BadFlagsError } from '../errors.js';
import { type ChangeFlags, loadChange, type LoadedChange } from './guard-change.js';
import { guardCommand } from './guard-command.js';
import type { Acted } from './guard-fix.js';
import type { OverrideFlags } from './guard-override.js';
import { type PrintFlags, printReport } from './guard-print.js';

export interface GuardFlags extends ChangeFlags, PrintFlags, OverrideFlags {
  readonly dryRun: boolean;
  readonly fix: boolean;
  readonly baseline: boolean;
}

export interface SimulateFlags extends ChangeFlags, PrintFlags {
  readonly at: number;
  readonly dryRun: boolean;
}

async function tell(
  context: CliContext,
  flags: PrintFlags & Pick<GuardFlags, 'dryRun'>,
  input: CheckInput,
  notes: readonly string[],
): Promise<Report> {
  const report = await checkSpecsLazily(input);
  await printReport(
    context,
    flags,
    report,
    flags.dryRun ? [...notes, 'A dry run: nothing that is found fails.'] : notes,
  );
  return report;
}

/** Does what the flags ask for beside the check. Most checks do nothing, and load nothing for it. */
async function act(
  context: CliContext,
  flags: GuardFlags,
  change: LoadedChange,
  moment: { readonly at: number; readonly signal: AbortSignal },
): Promise<Acted> {
  if (flags.fix) return (await import('./guard-fix.js')).fixSpecs(context, flags, change);
  if (flags.baseline) return (await import('./guard-baseline.js')).recordBaseline(flags, change, moment);
  if (flags.override === undefined) return { done: [], isWritten: false };
  const { addOverride } = await import('./guard-override.js');
  return addOverride(context, flags, flags.override, { ...change, at: moment.at });
}

export const check = guardCommand(async (context, flags: GuardFlags, signal, ...named: string[]): Promise<number> => {
  const acts = [
    flags.fix ? '--fix' : undefined,
    flags.baseline ? '--baseline' : undefined,
    flags.override === undefined ? undefined : '--override',
  ].filter((flag) => flag !== undefined);
  if (acts.length > 1) throw new BadFlagsError(`${acts.join(' and ')} do not go together.`);
  if (flags.override === undefined && (flags.reason ?? flags.approver?.[0] ?? flags.expires) !== undefined)
    throw new BadFlagsError(
      '--reason, --approver and --expires say something about an override; --override is missing.',
    );
  const at = Date.now();
  const load = () => loadChange(context, flags, { at, signal, named });
  const change = await load();
  const acted = await act(context, flags, change, { at, signal });
  for (const line of acted.done) context.process.stderr.write(`${line}\n`);
  // What was written counts at once only where the work tree is what is checked.
  const { input, notes } = acted.isWritten && change.isWorkTree ? await load() : change;
  const pending =
    acted.isWritten && !change.isWorkTree ? ['What was written now counts once it is part of the change.'] : [];
  const report = await tell(context, flags, input, [...notes, ...pending]);
  return guardExitCode(report, { dryRun: flags.dryRun });
});

export const simulate = guardCommand(
  async (context, flags: SimulateFlags, signal, ...named: string[]): Promise<number> => {
    const { input, notes } = await loadChange(context, flags, { at: flags.at, signal, named });
    const day = new Date(flags.at).toISOString().slice(0, 10);
    const report = await tell(context, flags, input, [...notes, `Simulated: as if it were ${day}.`]);
    return guardExitCode(report, { dryRun: flags.dryRun });
  },
);
