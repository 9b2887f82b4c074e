import { z } from 'zod';
import { defineTemplate } from '../template/define-template.js';
import { bullets, checkboxes, code, slug } from '../template/markdown.js';
import { line, lines, prose, repositoryPath } from '../template/parameters.js';

export const goalPrompt = defineTemplate({
  id: 'goal-prompt',
  title: 'Goal for an agent',
  whenToUse: 'When work is handed to a coding agent that cannot ask back.',
  parameters: z.strictObject({
    goal: line,
    context: prose.optional(),
    constraints: lines.default([]),
    outOfScope: lines.default([]),
    checks: lines.min(1, 'must name a command that shows whether the goal is reached'),
    doneWhen: lines.min(1, 'must say what a reader will see when it is done'),
    path: repositoryPath.optional(),
  }),
  files({ goal, context, constraints, outOfScope, checks, doneWhen, path }) {
    const background = context === undefined ? '' : `## What you need to know\n\n${context}\n\n`;
    return [
      {
        path: path ?? `prompts/${slug(goal)}.md`,
        text: `# ${goal}

${background}## Constraints

${bullets([...constraints, 'Change only what the goal needs.', 'Weaken, skip or delete no test.'])}

## Out of scope

${bullets(outOfScope, 'Everything that the goal does not name.')}

## Checks

${bullets(checks.map(code))}

## Done when

${checkboxes(doneWhen)}

Where something stands in the way, stop and say what it is; do not work around it.
`,
      },
    ];
  },
});
