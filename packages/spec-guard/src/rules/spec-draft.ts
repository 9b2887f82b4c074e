import type { SpecFacts } from '../check/spec-facts.js';
import type { Draft } from './rule.js';

/** Which changed paths a spec governs, as the end of a sentence; empty where it is not about a change. */
export function governing({ governs }: SpecFacts): string {
  const [first] = governs;
  if (first === undefined) return '';
  return governs.length === 1
    ? ` It governs ${first}, which is changed.`
    : ` It governs ${governs.length} changed paths, among them ${first}.`;
}

/** What every finding about a spec says. */
export const aboutSpec = (facts: SpecFacts): Pick<Draft, 'path' | 'specId' | 'paths'> => ({
  path: facts.path,
  specId: facts.id,
  ...(facts.governs.length > 0 && { paths: facts.governs }),
});

/** The command that acts on a spec: by its id, or by its path where that cannot be read. */
export const specCommand = (verb: string, facts: SpecFacts): readonly string[] => [
  'codex-orch',
  'spec',
  verb,
  facts.id ?? facts.path,
];
