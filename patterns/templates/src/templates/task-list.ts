import { z } from 'zod';
import { defineTemplate } from '../template/define-template.js';
import { slug } from '../template/markdown.js';
import { entryId, line, lines, repositoryPath } from '../template/parameters.js';

const task = z.strictObject({
  id: entryId,
  title: line,
  dependsOn: z.array(entryId).default([]),
  doneWhen: lines.min(1, 'must say what shows that the task is done'),
});

export const taskList = defineTemplate({
  id: 'task-list',
  title: 'Task list',
  whenToUse: 'When a goal is too large for one run: each task is one that an agent can finish and a test can show.',
  parameters: z
    .strictObject({ title: line, tasks: z.array(task).min(1, 'must have a task'), path: repositoryPath.optional() })
    .superRefine(({ tasks }, context) => {
      const seen = new Set<string>();
      for (const [index, { id, dependsOn }] of tasks.entries()) {
        const at = (problem: string) => context.addIssue({ code: 'custom', path: ['tasks', index], message: problem });
        if (seen.has(id)) at(`has the id ${id} of an earlier task`);
        for (const needed of dependsOn) if (!seen.has(needed)) at(`depends on ${needed}, which is no earlier task`);
        seen.add(id);
      }
    }),
  files({ title, tasks, path }) {
    const sections = tasks.map(({ id, title, dependsOn, doneWhen }) => {
      const after = dependsOn.length === 0 ? '' : `After ${dependsOn.join(', ')}.\n\n`;
      return `## ${id}: ${title}\n\n${after}Done when:\n\n${doneWhen.map((sign) => `- [ ] ${sign}`).join('\n')}\n`;
    });
    return [{ path: path ?? `tasks/${slug(title)}.md`, text: `# ${title}\n\n${sections.join('\n')}` }];
  },
});
