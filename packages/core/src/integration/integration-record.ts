import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { approvalSchema } from '../approval/approval.js';
import { readJson } from '../document/index.js';
import { writeFileAtomic } from '../fs/atomic-write.js';
import { ifAbsent } from '../fs/if-absent.js';
import { testReportSchema } from '../role/outputs.js';
import { IntegrationRecordError } from './errors.js';

const objectId = z.string().regex(/^(?:[0-9a-f]{40}|[0-9a-f]{64})$/);
const digest = z.string().regex(/^[0-9a-f]{64}$/);
const count = z.number().int().nonnegative();
const ref = z.string().regex(/^refs\/heads\/./);
const failure = z.strictObject({ code: z.string(), message: z.string(), hint: z.string().optional() });

/** What an integration is started with. */
export const integrationInputSchema = z.strictObject({
  id: z.string(),
  /** Root of the repository. */
  repository: z.string(),
  /** The branch to start from, or, where `ref` is null, the commit. */
  base: z.strictObject({ ref: ref.nullable(), commit: objectId }),
  /** Full name of the branch that is built. */
  branch: ref,
  /** In the order in which they go in. */
  runs: z
    .array(
      z.strictObject({
        runId: z.string(),
        goal: z.string(),
        baseCommit: z.string(),
        /** Digest of the approved diff. */
        diffSha256: digest,
        /** Runs that have to be in before it. */
        after: z.array(z.string()),
        /** Commits that hold its work already: a start that comes after one of them needs no merge of it. */
        commits: z.array(objectId).optional(),
      }),
    )
    .min(1),
  /** Test commands; found out where null. */
  commands: z.array(z.array(z.string()).min(1)).nullable(),
  /** How often it is built anew because the base moved. */
  maxTries: z.number().int().positive(),
});

export type IntegrationInput = Readonly<z.infer<typeof integrationInputSchema>>;
export type IntegrationCandidate = IntegrationInput['runs'][number];

const conflictSchema = z.strictObject({
  /** The integrated runs that it conflicts with. */
  with: z.array(z.strictObject({ runId: z.string(), goal: z.string() })),
  /** Whether it conflicts with the base alone, too. */
  withBase: z.boolean(),
  conflicts: z.array(z.strictObject({ type: z.string(), message: z.string(), paths: z.array(z.string()) })),
  /** Both sides of text that met, with git's markers, and what was there before. */
  places: z.array(z.strictObject({ path: z.string(), text: z.string() })),
});

/**
 * What became of a run. `already-there`: the branch had all of it before. `blocked`: a run that it depends on is not in.
 * `untested`: the integration ended before it could be judged. `unpublished`: it was integrated, but the branch could not be moved.
 */
const outcomeSchema = z.enum([
  'pending',
  'integrated',
  'already-there',
  'conflict',
  'red',
  'not-approved',
  'blocked',
  'untested',
  'unpublished',
]);

const runOutcomeSchema = z.strictObject({
  runId: z.string(),
  goal: z.string(),
  /** Digest of the diff that was approved. */
  diffSha256: digest,
  outcome: outcomeSchema,
  /** What was made of it on the branch. */
  commit: objectId.nullable(),
  /** Whether what came of the merge is not what was approved, line numbers and context left aside. */
  needsApproval: z.boolean(),
  /** The number of the test run that judged it. */
  test: count.nullable(),
  reason: failure.nullable(),
  conflict: conflictSchema.nullable(),
  /** Of a red run: the smallest set of runs, itself included, that turns the tests red together. */
  guilty: z.array(z.string()),
  /** The run that was started to mend it. */
  followUp: z.string().nullable(),
});

export const integrationRecordSchema = z.strictObject({
  schemaVersion: z.literal(1),
  id: z.string(),
  repository: z.string(),
  base: z.strictObject({ ref: ref.nullable(), commit: objectId.nullable() }),
  branch: ref,
  /** What the branch was before; null when it was not there. */
  branchBefore: objectId.nullable(),
  /** What the branch was moved to, or would be once that is approved; null when nothing was built that it could have. */
  tip: objectId.nullable(),
  /** The ref that holds `tip` while no human has approved what came of the merges: the branch does not have it before. */
  held: z
    .string()
    .regex(/^refs\/codex-orch\/held\/./)
    .nullable()
    .default(null),
  state: z.enum(['running', 'done', 'partial', 'nothing', 'failed']),
  end: failure.nullable(),
  /** How often it was built, as the base moved. */
  tries: count,
  commands: z.array(z.array(z.string())),
  runs: z.array(runOutcomeSchema),
  tests: z.array(
    z.strictObject({
      number: count,
      /** The tree that was tested. */
      tree: objectId,
      /** The runs whose changes were on top of what was green before. */
      runs: z.array(z.string()),
      report: testReportSchema,
      logs: z.array(z.strictObject({ path: z.string(), sha256: digest, bytes: count })),
    }),
  ),
  /** The diff of the branch from the base: `diff.patch` beside this file. */
  diff: z.strictObject({ sha256: digest, bytes: count }).nullable(),
  /** Decisions about that diff. */
  approvals: z.array(approvalSchema),
  createdAt: z.string(),
  updatedAt: z.string(),
});

export type IntegrationRecord = Readonly<z.infer<typeof integrationRecordSchema>>;
export type RunOutcome = Readonly<z.infer<typeof runOutcomeSchema>>;
export type IntegrationTest = IntegrationRecord['tests'][number];

const fileIn = (dir: string): string => path.join(dir, 'integration.json');

/** Replaces the record in a folder atomically. */
export async function writeIntegration(dir: string, record: IntegrationRecord): Promise<void> {
  await writeFileAtomic(fileIn(dir), `${JSON.stringify(record, undefined, 2)}\n`, { mode: 0o600 });
}

/** The record in a folder; undefined when nothing was recorded yet. Throws {@link IntegrationRecordError}. */
export async function readIntegration(dir: string): Promise<IntegrationRecord | undefined> {
  const file = fileIn(dir);
  const text = await ifAbsent(readFile(file, 'utf8'), undefined);
  if (text === undefined) return undefined;
  const { data, problems } = readJson(text, integrationRecordSchema);
  if (!problems) return data;
  throw new IntegrationRecordError(file, problems.map(({ message }) => message).join('; '));
}

/** Whether what came of the merges is for a human to approve. */
export const needsApproval = (runs: readonly RunOutcome[]): boolean =>
  runs.some((run) => run.needsApproval && run.outcome === 'integrated');

/** What a human said of what came of the merges; undefined where nobody has, or it was about another diff. */
export const decisionOn = ({ approvals, diff }: IntegrationRecord): 'approved' | 'rejected' | undefined =>
  approvals.findLast(({ by, subject }) => by.actor === 'human' && subject.sha256 === diff?.sha256)?.decision;

/** Whether a human has to judge what came of the merges, and has not. */
export const awaitsApproval = (record: IntegrationRecord): boolean =>
  record.tip !== null && needsApproval(record.runs) && decisionOn(record) === undefined;
