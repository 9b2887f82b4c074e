import { stringify } from 'yaml';
import { z } from 'zod';
import { defineTemplate } from '../template/define-template.js';
import { bullets, slug } from '../template/markdown.js';
import { entryId, line, lines } from '../template/parameters.js';

export const spec = defineTemplate({
  id: 'spec',
  title: 'Mini-spec',
  whenToUse: 'Before code that a spec has to govern is written or handed to an agent.',
  parameters: z.strictObject({
    id: entryId,
    title: line,
    owners: lines.min(1, 'must name an owner'),
    covers: lines.min(1, 'must name a glob of the paths that it governs'),
    relatesTo: z.array(entryId).default([]),
    risk: z.enum(['low', 'medium', 'high', 'critical']).default('medium'),
    goals: lines.default([]),
    nonGoals: lines.default([]),
    invariants: lines.default([]),
  }),
  files({ id, title, owners, covers, relatesTo, risk, goals, nonGoals, invariants }) {
    const front = stringify(
      { id, title, status: 'draft', relates_to: relatesTo, owners, covers, risk },
      { version: '1.1', defaultStringType: 'PLAIN', lineWidth: 0 },
    );
    const numbered = invariants.length === 0 ? ['What always holds. (the test that shows it)'] : invariants;
    return [
      {
        path: `tasks/specs/${id}-${slug(title)}.md`,
        text: `---
${front}---

# ${id}: ${title}

## Goals

${bullets(goals, 'What is better for whom when this is done.')}

## Non-goals

${bullets(nonGoals, 'What this leaves alone.')}

## Interfaces

| interface | given by | used by |
|---|---|---|

## Invariants

${numbered.map((invariant, index) => `${index + 1}. ${invariant}`).join('\n')}

## Failure modes

| what fails | what happens | test |
|---|---|---|

## Open

- What is not decided yet, and who decides.
`,
      },
    ];
  },
});
