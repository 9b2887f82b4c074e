import { copyFile, readFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, makeScratchFolder, readIdentity, removeTree } from '@codex-orch/core';
import {
  appendOverride,
  checkSpecs,
  findRule,
  guardPaths,
  loadCheckInput,
  type Override,
  overrideText,
  parsePolicy,
} from '@codex-orch/spec-guard';
import { actorOf } from '../compose/notary.js';
import type { CliContext } from '../context.js';
import { BadFlagsError } from '../errors.js';
import type { CommonFlags } from './command.js';
import type { LoadedChange } from './guard-change.js';
import type { Acted } from './guard-fix.js';
import { configFor, openNotary } from './open-orchestrator.js';
import { insideCheckout, registryLock } from './spec-checkout.js';

export interface OverrideFlags extends CommonFlags {
  readonly override?: string | undefined;
  readonly reason?: string | undefined;
  readonly approver?: readonly string[] | undefined;
  readonly expires?: string | undefined;
  readonly dryRun: boolean;
}

const DAY = 86_400_000;
/** How long an override lasts unless the policy allows less or a day was named. */
const DAYS = 30;

/**
 * Sets a rule aside, on the record: in the log of the repository and in the audit log. What the policy refuses is not written, as
 * nothing is ever taken out of the log again.
 */
export async function addOverride(
  context: CliContext,
  flags: OverrideFlags,
  asked: string,
  { repository, input, at }: LoadedChange & { readonly at: number },
): Promise<Acted> {
  const { root } = repository;
  const [named = '', specId] = asked.split('/', 2);
  const rule = findRule(named);
  if (!rule) throw new BadFlagsError(`There is no rule "${named}".`, 'See all: `codex-orch guard explain`.');
  if (specId !== undefined && !/^[A-Za-z0-9._-]{1,128}$/.test(specId))
    throw new BadFlagsError(`"${specId}" is no id of a spec.`, 'Name a rule, or a rule and a spec: SG003/0001.');
  const today = new Date(at).toISOString().slice(0, 10);
  if (flags.expires !== undefined && (!/^\d{4}-\d\d-\d\d$/.test(flags.expires) || flags.expires < today))
    throw new BadFlagsError(`--expires ${flags.expires} is no day from today on.`, 'Write it as YYYY-MM-DD.');
  const reason = context.redactor.text(flags.reason ?? '').trim();
  if (reason === '') throw new BadFlagsError('An override needs a reason.', 'Give it with --reason "<why>".');
  const { overrides } = parsePolicy(input.base.policy).value ?? parsePolicy(undefined).value ?? {};
  const maxDays = Math.min(
    DAYS,
    (overrides?.rules[rule.code] ?? overrides?.rules[rule.name] ?? overrides?.default)?.maxDays ?? DAYS,
  );
  const by = { actor: 'human' as const, ...(await readIdentity(root, context.process.env)) };
  const override: Override = {
    rule: rule.code,
    ...(specId === undefined ? {} : { specId }),
    reason,
    expires: flags.expires ?? new Date(at + maxDays * DAY).toISOString().slice(0, 10),
    ...(repository.head === undefined ? {} : { commit: repository.head }),
    approvers: [],
  };
  const notary = openNotary(context, repository, await configFor(context, repository));
  const subject = { kind: 'override', id: asked, sha256: null };
  const approvers = await Promise.all(
    (flags.approver ?? []).map(personOf).map(async (person) => {
      // Everybody signs for themselves alone.
      const isSelf = person.email === by.email && person.email !== '';
      const signature = isSelf ? await notary.signature(overrideText(override), actorOf({ by }), subject) : undefined;
      return { ...person, ...(signature === undefined ? {} : { signature }) };
    }),
  );
  const entry = { ...override, approvers };
  const actor = `human:${by.name} <${by.email}>`;
  const now = () => Date.now();
  const file = await insideCheckout(root, guardPaths.overrides);
  await refuseUseless();
  const said = `${rule.code}${specId === undefined ? '' : ` for spec ${specId}`} ${flags.dryRun ? 'would be' : 'is'} overridden until ${entry.expires}, in ${guardPaths.overrides}.`;
  if (flags.dryRun) return { done: [said], isWritten: false };
  await notary.recorded(actorOf({ by }), { action: 'override', runId: null, subject }, async () => {
    await makeFolder(path.dirname(file));
    await appendOverride(file, entry, { actor, lock: `${registryLock(repository)}.overrides`, now });
  });
  return { done: [said], isWritten: true };

  /** Tries it on a copy of the log first. */
  async function refuseUseless(): Promise<void> {
    const scratch = await makeScratchFolder('guard-');
    try {
      const copy = path.join(scratch, 'overrides.jsonl');
      await copyFile(file, copy).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
      });
      const { seq } = await appendOverride(copy, entry, { actor, lock: path.join(scratch, 'lock'), now });
      const text = await readFile(copy, 'utf8');
      const whole = await loadCheckInput({ root, at, all: true });
      const tried = { ...whole.head, overrides: { path: guardPaths.overrides, text } };
      const { findings } = checkSpecs({ ...whole, base: input.base, head: tried });
      const refusal = findings.find(({ code, line }) => code === 'SG018' && line === seq + 1);
      if (refusal) throw new BadFlagsError(`This override would not count: ${refusal.message}`, refusal.why);
    } finally {
      await removeTree(scratch);
    }
  }
}

/** `Name <email>`, or an address alone. */
function personOf(text: string): { readonly name: string; readonly email: string } {
  const [, name = '', email = ''] = /^\s*([^<>]*?)\s*<([^<>\s]+)>\s*$/.exec(text) ?? [];
  const alone = text.trim();
  if (email !== '') return { name: name === '' ? email : name, email };
  if (!/^[^\s<>]+$/.test(alone))
    throw new BadFlagsError(`--approver "${text}" names nobody.`, 'Write it as "Name <address>".');
  return { name: alone, email: alone.includes('@') ? alone : '' };
}
