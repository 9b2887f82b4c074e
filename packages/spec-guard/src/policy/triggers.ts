import type { ChangedPath } from '../check/check-input.js';
import { compileGlobs, type PathMatcher } from '../covers/glob.js';
import type { Trigger } from './policy.js';

/** A trigger that a change sets off. */
export interface FiredTrigger {
  readonly trigger: Trigger;
  /** The changed paths that count, in the order of the change. */
  readonly paths: readonly string[];
  /** What was measured, e.g. `3 packages, 420 lines`. */
  readonly measured: string;
}

/** Which triggers a change sets off. `changes` are those that no spec governs and that are not exempt. */
export function firedTriggers(triggers: readonly Trigger[], changes: readonly ChangedPath[]): readonly FiredTrigger[] {
  if (changes.length === 0) return [];
  return triggers.flatMap((trigger) => {
    const counts = trigger.paths && compileGlobs(trigger.paths);
    const isExcepted = compileGlobs(trigger.except);
    let matching = changes.filter(({ path }) => (counts?.(path) ?? true) && !isExcepted(path));
    const measured: string[] = [];
    if (trigger.minNewDependencies !== undefined) {
      matching = matching.filter(({ addedDependencies = [] }) => addedDependencies.length > 0);
      const names = [...new Set(matching.flatMap(({ addedDependencies = [] }) => addedDependencies))];
      if (names.length < trigger.minNewDependencies) return [];
      measured.push(`new: ${names.slice(0, 5).join(', ')}${names.length > 5 ? ` and ${names.length - 5} more` : ''}`);
    }
    if (trigger.minPackages !== undefined) {
      const packageOf = packageFinder(trigger.packages ?? ['*']);
      matching = matching.filter(({ path }) => packageOf(path) !== undefined);
      const packages = new Set(matching.map(({ path }) => packageOf(path)));
      if (packages.size < trigger.minPackages) return [];
      measured.push(`${packages.size} packages`);
    }
    if (matching.length < trigger.minPaths) return [];
    if (trigger.minLines !== undefined) {
      const lines = matching.reduce((sum, { addedLines = 0, removedLines = 0 }) => sum + addedLines + removedLines, 0);
      if (lines < trigger.minLines) return [];
      measured.push(`${lines} changed lines`);
    }
    measured.push(matching.length === 1 ? '1 path' : `${matching.length} paths`);
    return [{ trigger, paths: matching.map(({ path }) => path), measured: measured.join(', ') }];
  });
}

function packageFinder(globs: readonly string[]): (path: string) => string | undefined {
  const folders = globs.map((glob): { readonly depth: number; readonly matches: PathMatcher } => ({
    depth: glob.split('/').filter(Boolean).length,
    matches: compileGlobs([glob]),
  }));
  return (path) => {
    const names = path.split('/');
    for (const { depth, matches } of folders) {
      const folder = names.slice(0, depth).join('/');
      if (names.length > depth && matches(folder)) return folder;
    }
    return undefined;
  };
}
