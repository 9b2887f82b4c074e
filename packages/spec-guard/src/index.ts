export { approvalSignatureProblem, reviewSignatureProblem, reviewText } from './approval/signatures.js';
export { baselineOf, formatBaseline, shrinkBaseline } from './baseline/baseline.js';
export { type Baseline, baselineSchema } from './baseline/baseline-schema.js';
export { parseBaseline } from './baseline/parse-baseline.js';
export type { ChangedPath, CheckedCommit, CheckInput, GuardFiles, SourceFile } from './check/check-input.js';
export { checkSpecs } from './check/check-specs.js';
export { checkSpecsLazily } from './check/check-specs-lazily.js';
export { type FixEdit, planFixes } from './check/fix-plan.js';
export { guardPaths } from './check/guard-paths.js';
export type { ParsedFile } from './check/json-file.js';
export type { Position, Problem } from './check/position.js';
export { appendOverride, type AppendOverrideOptions } from './override/append-override.js';
export { type Override, overrideSchema } from './override/override.js';
export { OVERRIDE_SUBJECT, overrideText } from './override/override-text.js';
export { addedDependencies, isManifest } from './policy/added-dependencies.js';
export { parsePolicy } from './policy/parse-policy.js';
export { type Policy, policySchema, type Trigger } from './policy/policy.js';
export { decideSpec, type Deciding, newSpecApproval } from './registry/decide-spec.js';
export { EMPTY_REGISTRY } from './registry/edit-registry.js';
export {
  EntryExistsError,
  EntryInvalidError,
  EntryUnknownError,
  RegistryBrokenError,
  RegistryBusyError,
  RegistryUnreadableError,
  SpecMisplacedError,
  SpecUnusableError,
} from './registry/errors.js';
export { addAssetUses, removeAssetUses, type TaskAssetUse, usesOfAsset } from './registry/asset-uses.js';
export { migrateRegistry } from './registry/migrate.js';
export { parseRegistry } from './registry/parse-registry.js';
export type { ParsedRegistry } from './registry/read-registry.js';
export {
  type AssetUse,
  type Registry,
  registrySchema,
  type Review,
  type SpecEntry,
  type Task,
  type TaskStatus,
  taskStatuses,
} from './registry/registry.js';
export { updateRegistry, type UpdateRegistryOptions } from './registry/registry-file.js';
export { type ChangedSpec, newReview, type Reviewing, reviewSpec } from './registry/review-spec.js';
export { findSpec, registerSpec, type SpecText } from './registry/spec-entry.js';
export { type SpecSummary, statusSummary } from './registry/status-summary.js';
export { addTask, addTaskRun, findTask, type NewTask, nextId, setTaskStatus } from './registry/tasks.js';
export type { Finding, OverrideInForce, Report, Severity, WaivedFinding, Waiver } from './report/finding.js';
export { explain } from './rules/explain.js';
export type { Rule } from './rules/rule.js';
export { findRule, rules } from './rules/rules.js';
export { contentSha256, normalisedContent } from './spec/content.js';
export { editSpec, type SpecChange } from './spec/edit-spec.js';
export { SpecNotEditableError } from './spec/errors.js';
export {
  type MiniSpec,
  type SpecRisk,
  specFields,
  specRisks,
  type SpecStatus,
  specStatuses,
} from './spec/mini-spec.js';
export { parseSpec } from './spec/parse-spec.js';
export type { ParsedSpec } from './spec/read-spec.js';
export { SUPPRESSION_LINES } from './suppression/suppression-line.js';
export { formatFrontMatter, newSpec, slugOf, specPath } from './template/new-spec.js';
export * from './gate/index.js';
export * from './git/index.js';
export * from './hook/index.js';
export * from './load/index.js';
export * from './output/index.js';
