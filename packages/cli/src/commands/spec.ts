import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, readIdentity, writeError } from '@codex-orch/core';
import {
  checkSpecs,
  findSpec,
  guardPaths,
  loadCheckInput,
  newSpec,
  nextId,
  parsePolicy,
  parseRegistry,
  parseSpec,
  RegistryBrokenError,
  registerSpec,
  type Registry,
  type SpecRisk,
  specPath,
  type SourceFile,
  type SpecSummary,
  statusSummary,
} from '@codex-orch/spec-guard';
import { BadFlagsError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { paletteFor } from '../print/palette.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { selfCommand } from './self-command.js';
import { changeRegistry, checkoutOf, insideCheckout, pathFromRoot, readSpec } from './spec-checkout.js';

export interface NewSpecFlags extends CommonFlags {
  readonly title: string;
  readonly covers: readonly string[];
  readonly task?: readonly string[] | undefined;
  readonly owner?: readonly string[] | undefined;
  readonly risk: SpecRisk;
  readonly id?: string | undefined;
}

/** Reads a registry's text. Throws `RegistryBrokenError`. */
export function registryOf(text: string, irregular?: SourceFile['irregular']): Registry {
  const { registry, problems } = parseRegistry(text.trim() === '' ? '{"schemaVersion":1}' : text, irregular);
  if (!registry) throw new RegistryBrokenError(guardPaths.index, problems);
  return registry;
}

export const create = command(async (context, flags: NewSpecFlags): Promise<number> => {
  const repository = await checkoutOf(context, flags);
  const { name, email } = await readIdentity(repository.root, context.process.env);
  let written = { id: '', path: '' };
  await changeRegistry(repository, async (text) => {
    const { specs } = registryOf(text);
    const id = flags.id ?? nextId(specs.map((entry) => entry.id));
    const file = specPath(id, flags.title);
    const spec = newSpec({
      id,
      title: flags.title,
      relates_to: flags.task ?? [],
      owners: flags.owner ?? [email || name],
      covers: flags.covers,
      risk: flags.risk,
    });
    const [problem] = parseSpec(spec).problems;
    if (problem) throw new BadFlagsError(`No spec can be made of that: ${problem.message}.`);
    const registry = registerSpec(text, { path: file, text: spec });
    // The registry was changed meanwhile, and this is called again.
    if (written.path !== file) await writeNew(repository.root, file, spec);
    written = { id, path: file };
    return registry;
  });
  if (flags.json) printJson(context, written);
  else {
    const self = selfCommand(context);
    context.process.stdout.write(
      `${visibleLine(written.path)} is written and registered, as a draft.\nFill it in, set its status to in-review, then have it approved: ${self} spec approve ${written.id}\n`,
    );
  }
  return exitCode.done;
});

async function writeNew(root: string, name: string, text: string): Promise<void> {
  const file = await insideCheckout(root, name);
  await makeFolder(path.dirname(file));
  try {
    await writeFile(file, text, { flag: 'wx' });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST')
      throw new BadFlagsError(`${name} is there already.`, 'Register it with `codex-orch spec register PATH`.');
    throw writeError(file, error);
  }
}

export const register = command(async (context, flags: CommonFlags, asked: string): Promise<number> => {
  const repository = await checkoutOf(context, flags);
  const name = await pathFromRoot(repository, context.process.cwd(), asked);
  await changeRegistry(repository, async (text) => registerSpec(text, await readSpec(repository, name)));
  if (flags.json) printJson(context, { path: name });
  else context.process.stdout.write(`${visibleLine(name)} is registered.\n`);
  return exitCode.done;
});

export const status = command(async (context, flags: CommonFlags, asked?: string): Promise<number> => {
  const repository = await checkoutOf(context, flags);
  const at = Date.now();
  const input = await loadCheckInput({ root: repository.root, at, all: true });
  const registry = registryOf(input.index?.text ?? '', input.index?.irregular);
  const policy = parsePolicy(input.head.policy).value ?? parsePolicy(undefined).value;
  if (!policy) throw new BadFlagsError('There is no policy to go by.');
  const wanted = asked === undefined ? undefined : findSpec(registry, asked).id;
  const rows = statusSummary(registry, input.specs, { policy, at }).filter(
    ({ id }) => wanted === undefined || id === wanted,
  );
  if (flags.json) {
    printJson(context, rows);
    return exitCode.done;
  }
  const { stdout, env } = context.process;
  const { dim, green, yellow, red } = paletteFor(stdout, env);
  const paint = { approved: green, none: dim, stale: yellow, rejected: red };
  if (rows.length === 0) stdout.write('There are no specs in the registry yet.\n');
  for (const row of rows)
    stdout.write(
      `${visibleLine(row.id).padEnd(6)} ${row.status.padEnd(12)} ${paint[row.approval](describeApproval(row).padEnd(28))} ${reviewOf(row).padEnd(34)} ${visibleLine(row.title)}\n`,
    );
  if (wanted !== undefined)
    for (const { code, message, severity } of checkSpecs(input).findings.filter(({ specId }) => specId === wanted))
      stdout.write(`  ${severity} ${code} ${visibleLine(message)}\n`);
  return exitCode.done;
});

const describeApproval = ({ approval, approvedBy }: SpecSummary): string =>
  approval === 'approved'
    ? `approved by ${visibleLine(approvedBy.join(', '))}`
    : { none: 'not approved', stale: 'approval of an older text', rejected: 'rejected' }[approval];

function reviewOf({ last_review: day, dueInDays }: SpecSummary): string {
  if (day === undefined) return 'never reviewed';
  if (dueInDays === undefined) return `reviewed ${day}`;
  return dueInDays < 0
    ? `reviewed ${day}, ${counted(-dueInDays, 'day')} overdue`
    : `reviewed ${day}, due in ${counted(dueInDays, 'day')}`;
}
