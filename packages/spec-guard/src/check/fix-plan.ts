import { applyRegistryEntries } from '../registry/apply-entries.js';
import { EMPTY_REGISTRY } from '../registry/edit-registry.js';
import { disagreements } from '../registry/disagreements.js';
import { nextId } from '../registry/tasks.js';
import { firedTriggers } from '../policy/triggers.js';
import { findRule } from '../rules/rules.js';
import { newSpec, specPath } from '../template/new-spec.js';
import { suggestedCover, suggestedTitle } from '../template/suggest.js';
import { allReaders } from './all-readers.js';
import type { CheckInput } from './check-input.js';
import { createContext } from './context.js';
import { guardPaths } from './guard-paths.js';
import type { SpecFacts } from './spec-facts.js';

/** A file as it should be. */
export interface FixEdit {
  /** Relative to the repository's root, with `/`. */
  readonly path: string;
  /** The whole text; the file does not exist yet when `isNew`. */
  readonly text: string;
  readonly isNew: boolean;
  /** What was done, one sentence each. */
  readonly done: readonly string[];
}

/**
 * What can be repaired without deciding anything: entries of the registry that are missing or disagree with their files, and
 * skeletons for specs that are missing. It writes no review date and no approval, so it never makes a spec pass the gate.
 */
export function planFixes(input: CheckInput, { owners }: { readonly owners: readonly string[] }): readonly FixEdit[] {
  const context = createContext(input, findRule, allReaders);
  // A registry that is broken is not written to.
  if (context.index && !context.registry) return [];
  const skeletons: FixEdit[] = [];
  const ids = context.specs.flatMap(({ id }) => (id === undefined ? [] : [id]));
  for (const { id } of context.registry?.specs ?? []) ids.push(id);
  const ungoverned = context.ungoverned.filter(({ path }) => !context.released.has(path));
  const covered = new Set<string>();
  for (const { trigger, paths } of firedTriggers(context.policy.triggers, ungoverned)) {
    const cover = suggestedCover(paths);
    // Several triggers of one change need one spec; one that would cover the whole repository needs a person.
    if (trigger.severity !== 'error' || cover === '**' || covered.has(cover)) continue;
    covered.add(cover);
    const id = nextId(ids);
    ids.push(id);
    const title = suggestedTitle(paths);
    const path = specPath(id, title);
    const text = newSpec({
      id,
      title,
      relates_to: [],
      owners: owners.length > 0 ? owners : ['nobody-yet'],
      covers: [cover],
      risk: 'medium',
    });
    skeletons.push({ path, text, isNew: true, done: [`A skeleton for ${cover} (${trigger.id}).`] });
  }
  const files = [...context.inScope.filter(needsEntry).map(({ file }) => file), ...skeletons];
  const before = input.index?.text ?? EMPTY_REGISTRY;
  const { text, done } = applyRegistryEntries(before, files);
  const isNew = input.index === undefined;
  return [
    ...(done.length > 0 && text !== input.index?.text ? [{ path: guardPaths.index, text, isNew, done }] : []),
    ...skeletons,
  ];
}

/** Whether an entry is missing, or disagrees about more than the review date. */
function needsEntry({ spec, entry, sha256 }: SpecFacts): boolean {
  if (!spec) return false;
  if (!entry) return spec.status !== 'retired';
  return disagreements(spec, entry, sha256).some((field) => field !== 'last_review');
}
