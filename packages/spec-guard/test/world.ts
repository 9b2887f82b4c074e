import { type Approval, approvalSchema } from '@codex-orch/core';
import {
  type ChangedPath,
  checkSpecs,
  type CheckedCommit,
  type CheckInput,
  contentSha256,
  type Finding,
  formatFrontMatter,
  type MiniSpec,
  registrySchema,
  type Report,
  type Review,
  type SourceFile,
  type SpecEntry,
} from '../src/index.js';

/** The moment at which the checks of these tests take place. */
export const at = Date.UTC(2026, 10, 22, 12);

export const ada = { actor: 'human', name: 'Ada', email: 'ada@example.org' } as const;
export const bob = { actor: 'human', name: 'Bob', email: 'bob@example.org' } as const;

export const file = (path: string, text: string): SourceFile => ({ path, text });

export const specPathOf = (id: string): string => `tasks/specs/${id}-spec.md`;

/** A spec as it should be, reviewed two days ago. */
export const miniSpec = (changes: Partial<MiniSpec> = {}): MiniSpec => ({
  id: '0001',
  title: 'A spec',
  status: 'approved',
  relates_to: [],
  owners: ['ada'],
  covers: ['packages/core/**'],
  last_review: '2026-11-20',
  risk: 'medium',
  ...changes,
});

export const specText = (changes: Partial<MiniSpec> = {}, body = '\n# A spec\n'): string =>
  `${formatFrontMatter(miniSpec(changes))}${body}`;

export const specFile = (changes: Partial<MiniSpec> = {}, body?: string): SourceFile =>
  file(specPathOf(changes.id ?? '0001'), specText(changes, body));

export const approval = (text: string, changes: Partial<Approval> = {}, id = '0001'): Approval =>
  approvalSchema.parse({
    subject: { kind: 'spec', id, sha256: contentSha256(text) },
    decision: 'approved',
    by: ada,
    at: '2026-11-20T10:00:00.000Z',
    channel: 'cli',
    justification: 'It says what we build.',
    ...changes,
  });

export const review = (text: string, day: string, changes: Partial<Review> = {}): Review => ({
  by: ada,
  at: `${day}T10:00:00.000Z`,
  last_review: day,
  sha256: contentSha256(text),
  channel: 'cli',
  ...changes,
});

/** The entry of a spec: it says what the file says, and Ada approved it. */
export function entryOf({ path, text }: SourceFile, spec: MiniSpec, changes: Partial<SpecEntry> = {}): SpecEntry {
  return {
    id: spec.id,
    path,
    relates_to: [...spec.relates_to],
    covers: [...spec.covers],
    status: spec.status,
    owners: [...spec.owners],
    ...(spec.last_review === undefined ? {} : { last_review: spec.last_review }),
    approvals: [approval(text, {}, spec.id)],
    reviews: [],
    ...changes,
  };
}

export const indexFile = (specs: readonly SpecEntry[], items: readonly object[] = []): SourceFile =>
  file('tasks/index.json', `${JSON.stringify(registrySchema.parse({ items, specs }), undefined, 2)}\n`);

/** One spec that is in order, together with its registry. */
export function goodSpec(
  changes: Partial<MiniSpec> = {},
  entryChanges: Partial<SpecEntry> = {},
): { readonly spec: SourceFile; readonly entry: SpecEntry } {
  const spec = specFile(changes);
  return { spec, entry: entryOf(spec, miniSpec(changes), entryChanges) };
}

export const modified = (path: string, changes: Partial<ChangedPath> = {}): ChangedPath => ({
  path,
  status: 'modified',
  addedLines: 3,
  removedLines: 1,
  ...changes,
});

export const commit = (message: string, changes: Partial<CheckedCommit> = {}): CheckedCommit => ({
  id: 'c0ffee0000000000000000000000000000000000',
  author: { name: 'Ada', email: 'ada@example.org' },
  at,
  message,
  changedSpecs: [],
  ...changes,
});

const nothing = { policy: undefined, allowedSigners: undefined, baseline: undefined, overrides: undefined };

export interface World extends Partial<Omit<CheckInput, 'base' | 'head'>> {
  readonly base?: Partial<CheckInput['base']>;
  readonly head?: Partial<CheckInput['head']>;
}

/** The input of a check. What is not said of the base is as in the change; one file that a spec governs is changed. */
export function world({ base = {}, head = {}, ...rest }: World = {}): CheckInput {
  const { spec, entry } = goodSpec();
  const index = 'index' in rest ? rest.index : indexFile([entry]);
  return {
    at,
    changes: [modified('packages/core/run.ts')],
    specs: [spec],
    commits: [],
    ...rest,
    index,
    base: { ...nothing, ...head, index, ...base },
    head: { ...nothing, ...base, ...head },
  };
}

export const codesOf = (report: Report): readonly string[] => report.findings.map(({ code }) => code);

export const findings = (input: CheckInput, code: string): readonly Finding[] =>
  checkSpecs(input).findings.filter((finding) => finding.code === code);

export const policyFile = (policy: object): SourceFile => file('tasks/guard.json', JSON.stringify(policy));
