import { makeFolder, writeFileAtomic } from '@codex-orch/core';
import path from 'node:path';
import {
  baselineOf,
  checkSpecs,
  formatBaseline,
  guardPaths,
  loadCheckInput,
  parseBaseline,
  shrinkBaseline,
} from '@codex-orch/spec-guard';
import { BadFlagsError } from '../errors.js';
import { counted } from '../print/counted.js';
import { type LoadedChange, wholeOf } from './guard-change.js';
import type { Acted } from './guard-fix.js';
import { insideCheckout } from './spec-checkout.js';

/** So git knows a tree without files: what is compared with it has everything changed. */
const nothing = '0'.repeat(40);

/** What these say is about one change; the next one is another. */
const aboutChanges: ReadonlySet<string> = new Set(['SG001', 'SG021']);

/**
 * Records what is wrong today as debt that is let through until it is mended. A baseline that is there already only gets smaller.
 *
 * What is looked at is every file, as if all of them were changed: the debt is what a change of any of them would hear.
 */
export async function recordBaseline(
  { dryRun }: { readonly dryRun: boolean },
  { repository }: LoadedChange,
  { at, signal }: { readonly at: number; readonly signal: AbortSignal },
): Promise<Acted> {
  const { root } = repository;
  const [whole, everything] = await Promise.all([
    loadCheckInput({ root, at, all: true, signal }),
    loadCheckInput({ root, at, base: nothing, signal }),
  ]);
  const report = checkSpecs({
    ...wholeOf(whole),
    changes: everything.changes,
    ...(everything.marked ? { marked: everything.marked } : {}),
  });
  const present = whole.head.baseline;
  const { value } = parseBaseline(present);
  if (!value)
    throw new BadFlagsError(`${guardPaths.baseline} cannot be read, so it is left alone.`, 'Mend it, or take it away.');
  // Without the words about a change: there is none.
  const still = checkSpecs(wholeOf(whole));
  const words = new Map([...still.findings, ...still.waived].map((one) => [one.fingerprint, one.message]));
  const found = baselineOf(report)
    .findings.filter(({ code }) => !aboutChanges.has(code))
    .map((one) => ({ ...one, message: words.get(one.fingerprint) ?? one.message }));
  const next = present ? shrinkBaseline(value, report) : { schemaVersion: 1 as const, findings: found };
  const count = counted(next.findings.length, 'finding');
  const said = present
    ? `${guardPaths.baseline} ${dryRun ? 'would hold' : 'holds'} ${count}, ${value.findings.length - next.findings.length} fewer than before.`
    : `${count} ${next.findings.length === 1 ? 'is' : 'are'} ${dryRun ? 'to be ' : ''}recorded in ${guardPaths.baseline}; it only gets smaller from here on.`;
  const text = formatBaseline(next);
  if (dryRun || text === present?.text) return { done: [said], isWritten: false };
  const file = await insideCheckout(root, guardPaths.baseline);
  await makeFolder(path.dirname(file));
  await writeFileAtomic(file, text);
  return { done: [said], isWritten: true };
}
