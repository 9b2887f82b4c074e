import type { SourceFile } from '../check/check-input.js';
import { compileGlobs } from '../covers/glob.js';
import type { ChangeEntry } from '../git/change-entry.js';
import { textOf } from '../git/git-path.js';
import { lazily } from '../check/lazy-readers.js';
import { defaultPolicy } from '../policy/plain-policy.js';
import { readPolicy } from '../policy/read-policy.js';

/** Whether a policy measures changed lines of any of these paths. To count them git reads every changed file, before and after. */
export async function countsWanted(
  policyFile: SourceFile | undefined,
  entries: readonly ChangeEntry[],
): Promise<boolean> {
  const { value } = await lazily((readers) => readPolicy(policyFile, readers.policy));
  const { triggers, exempt } = value ?? defaultPolicy;
  const measuring = triggers.filter(({ minLines }) => minLines !== undefined);
  if (measuring.length === 0) return false;
  const isExempt = compileGlobs(exempt);
  const paths = entries.map(({ path }) => textOf(path)).filter((path) => !isExempt(path));
  return measuring.some((trigger) => {
    const counts = trigger.paths && compileGlobs(trigger.paths);
    const isExcepted = compileGlobs(trigger.except);
    return paths.some((path) => (counts?.(path) ?? true) && !isExcepted(path));
  });
}
