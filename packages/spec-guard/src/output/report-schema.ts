import { z } from 'zod';

const finding = {
  code: z.string().meta({ description: 'Stable, e.g. SG001; `codex-orch guard explain` tells the rest.' }),
  rule: z.string(),
  severity: z.enum(['error', 'warning', 'note']).meta({ description: 'Only errors fail the check.' }),
  path: z.string().meta({ description: "Relative to the repository's root, with /." }),
  line: z.int().min(1).optional(),
  column: z.int().min(1).optional(),
  message: z.string(),
  why: z.string(),
  fix: z.array(z.string()).optional().meta({ description: 'The command that mends it, as arguments.' }),
  specId: z.string().optional(),
  paths: z.array(z.string()).optional().meta({ description: 'Changed paths behind this finding.' }),
  fingerprint: z.string().meta({ description: 'The same for the same fault whatever lines moved around it.' }),
};

const waiver = z.discriminatedUnion('by', [
  z.object({
    by: z.literal('override'),
    reason: z.string(),
    actor: z.string(),
    approver: z.string().optional(),
    expires: z.string().optional(),
  }),
  z.object({
    by: z.literal('suppression'),
    reason: z.string(),
    expires: z.string(),
    path: z.string(),
    line: z.int().min(1),
  }),
  z.object({ by: z.literal('baseline') }),
]);

const count = z.int().min(0);

const override = z.object({
  rule: z.string(),
  specId: z.string().optional(),
  reason: z.string(),
  actor: z.string(),
  approvers: z.array(z.string()),
  expires: z.string().optional(),
  from: z.union([z.object({ commit: z.string() }), z.object({ line: z.int().min(1) })]),
  waived: count.meta({ description: 'How many findings it waived.' }),
});

/** The form of `codex-orch guard --json`; published as `schemas/report.schema.json`. */
export const reportSchema = z.object({
  schemaVersion: z.literal(1),
  at: z.iso.datetime().meta({ description: 'The moment that the check took for now.' }),
  clean: z.boolean().meta({ description: 'Whether no finding is an error.' }),
  base: z.string().optional().meta({ description: 'The revision that the change was compared with.' }),
  head: z.string().optional(),
  checked: z.object({ changedPaths: count, specs: count, approvals: count }),
  findings: z.array(z.object(finding)),
  waived: z
    .array(z.object({ ...finding, waiver }))
    .meta({ description: 'Findings that would fail the check, and why they do not.' }),
  overrides: z.array(override).meta({ description: 'Every override in force, whether it waived something or not.' }),
  notes: z.array(z.string()).meta({ description: 'What a reader should know, e.g. where the base came from.' }),
});

export type ReportJson = z.infer<typeof reportSchema>;
