import { z } from 'zod';
import { globProblem } from '../covers/glob.js';
import { specRisks } from '../spec/mini-spec.js';
import { defaultExempt, defaultTriggers } from './defaults.js';

const globs = z.array(
  z.string().superRefine((glob, context) => {
    const why = globProblem(glob);
    if (why !== undefined)
      context.addIssue({ code: 'custom', message: `"${glob.slice(0, 60)}" is no glob for this: ${why}` });
  }),
);
const days = z.number().int().min(0).max(3650);
const principals = z.array(z.string().min(1)).describe('E-mail addresses; "*" and "?" stand for anything.');

const deadlines = {
  reviewDays: days.describe('A spec whose last review is more days ago than this fails the check.'),
  warnDays: days.describe('From this many days on, the check warns that a review is due.'),
};

/** Which changes need a spec even where none covers them yet. All thresholds that are given have to be reached. */
export const triggerSchema = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,40}$/),
  reason: z.string().min(1).describe('Shown to whoever has to write the spec.'),
  severity: z.enum(['error', 'warning']).default('error'),
  paths: globs.optional().describe('Changed paths that count; all by default.'),
  except: globs.default([]).describe('Changed paths that do not count.'),
  minPaths: z.number().int().min(1).default(1),
  minLines: z.number().int().min(1).optional().describe('Added and removed lines together.'),
  minNewDependencies: z.number().int().min(1).optional(),
  packages: globs.optional().describe('Folders that are packages, e.g. "packages/*".'),
  minPackages: z.number().int().min(2).optional().describe('How many of them the change touches.'),
});

const overrideRuleSchema = z.strictObject({
  allowed: z.boolean().default(true),
  quorum: z.number().int().min(0).max(20).default(0).describe('How many people have to approve the override.'),
  approvers: principals.default([]).describe('Who may approve it; anybody when empty.'),
  authorMayApprove: z.boolean().default(false),
  maxDays: days.min(1).default(30).describe('How long an override of the log may be in force.'),
});

/** `tasks/guard.json`: what the guard demands. It is read from the base revision of a change. */
export const policySchema = z.strictObject({
  $schema: z.string().optional(),
  schemaVersion: z.literal(1).default(1),
  reviewDays: deadlines.reviewDays.default(30),
  warnDays: deadlines.warnDays.default(25),
  risks: z
    .partialRecord(z.enum(specRisks), z.strictObject(deadlines).partial())
    .default({})
    .describe('Deadlines for specs of a risk.'),
  specs: z
    .record(z.string(), z.strictObject(deadlines).partial())
    .default({})
    .describe('Deadlines for single specs, by id. They win over those of a risk.'),
  triggers: z
    .array(triggerSchema)
    .default([...defaultTriggers])
    .describe('Replaces the triggers that hold by default.'),
  exempt: globs
    .default([...defaultExempt])
    .describe('Paths that need no spec, whatever covers them. Replaces the default.'),
  rules: z
    .record(z.string(), z.enum(['error', 'warning', 'note', 'off']))
    .default({})
    .describe('The severity of single rules, by code or name.'),
  approvals: z
    .strictObject({
      quorum: z.number().int().min(1).max(20).default(1),
      approvers: principals.default([]).describe('Who may approve specs; anybody when empty.'),
      authorMayApprove: z.boolean().default(true).describe('Whether who changed the content may approve it.'),
      signatures: z
        .enum(['optional', 'required'])
        .default('optional')
        .describe('Whether only decisions and reviews with an SSH signature count.'),
    })
    .prefault({}),
  overrides: z
    .strictObject({
      allowed: z.boolean().default(true),
      trailers: z.boolean().default(true).describe('Whether a "Spec-Override" trailer of a commit counts.'),
      default: overrideRuleSchema.prefault({}),
      rules: z.record(z.string(), overrideRuleSchema).default({}).describe('By code or name.'),
    })
    .prefault({}),
  suppressions: z
    .strictObject({
      allowed: z.boolean().default(true),
      maxDays: days.min(1).default(90).describe('How far ahead a suppression may expire.'),
      rules: z
        .array(z.string())
        .optional()
        .describe('Codes or names that may be suppressed; by default those that say so.'),
    })
    .prefault({}),
});

export type Policy = Readonly<z.infer<typeof policySchema>>;
export type Trigger = Readonly<z.infer<typeof triggerSchema>>;
export type OverrideRule = Readonly<z.infer<typeof overrideRuleSchema>>;
