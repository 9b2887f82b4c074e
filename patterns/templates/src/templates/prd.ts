import { z } from 'zod';
import { defineTemplate } from '../template/define-template.js';
import { bullets, cell, slug } from '../template/markdown.js';
import { line, lines, prose, repositoryPath } from '../template/parameters.js';

export const prd = defineTemplate({
  id: 'prd',
  title: 'Product requirements',
  whenToUse: 'When it is not agreed yet what to build, for whom and how its worth will be measured.',
  parameters: z.strictObject({
    title: line,
    problem: prose,
    users: lines.min(1, 'must name who has the problem'),
    goals: lines.min(1, 'must name a goal'),
    nonGoals: lines.default([]),
    measures: z
      .array(z.strictObject({ name: line, today: line, target: line }))
      .min(1, 'must say how the worth is measured'),
    path: repositoryPath.optional().describe('Where it goes; docs/prd-<title>.md unless told'),
  }),
  files({ title, problem, users, goals, nonGoals, measures, path }) {
    const rows = measures.map(({ name, today, target }) => `| ${cell(name)} | ${cell(today)} | ${cell(target)} |`);
    return [
      {
        path: path ?? `docs/prd-${slug(title)}.md`,
        text: `# ${title}

## Problem

${problem}

## Users

${bullets(users)}

## Goals

${bullets(goals)}

## Non-goals

${bullets(nonGoals, 'What somebody could expect of this, and will not get.')}

## Measures

| measure | today | target |
|---|---|---|
${rows.join('\n')}

## Risks

- What could make this a mistake, and how it would be noticed early.

## Open

- What is not decided yet, and who decides.
`,
      },
    ];
  },
});
