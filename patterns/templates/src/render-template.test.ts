import { expect, test } from 'vitest';
import { renderTemplate, templates } from './render-template.js';
import { codemodSkeleton } from './templates/codemod-skeleton.js';
import { goalPrompt } from './templates/goal-prompt.js';
import { prd } from './templates/prd.js';
import { reviewChecklist } from './templates/review-checklist.js';

test('every template publishes the schema of its parameters and refuses others with their name', () => {
  for (const template of templates) {
    expect(template.parametersSchema).toMatchObject({ type: 'object', additionalProperties: false });
    expect(() => renderTemplate(template.id, { surprise: 1 })).toThrow(/surprise/);
  }
});

test('an unknown template is refused with the names of those that exist', () => {
  expect(() => renderTemplate('sepc', {})).toThrow(/no template "sepc"; there are spec, prd, /);
});

test.each(['../outside.md', '/etc/passwd', 'C:\\x.md', 'docs\\..\\..\\x.md', '.git/hooks/x', 'a/.GIT/x'])(
  'the path %s is refused',
  (path) => {
    expect(() => reviewChecklist.render({ subject: 'x', path })).toThrow('path: must be a path inside the repository');
  },
);

test('a bar in a cell begins no other cell', () => {
  const [file] = prd.render({
    title: 'Search',
    problem: 'Nothing is found.\n\nNobody knows why.',
    users: ['readers'],
    goals: ['find'],
    measures: [{ name: 'found | sought', today: '1', target: '9' }],
  });
  expect(file?.text).toContain(String.raw`| found \| sought | 1 | 9 |`);
});

test('a command with backticks stays a command', () => {
  const [file] = goalPrompt.render({ goal: 'Go', checks: ['echo `date`'], doneWhen: ['gone'] });
  expect(file?.text).toContain('- `` echo `date` ``');
});

test('a checklist has the areas that were asked for, each once, and its own questions', () => {
  const [file] = reviewChecklist.render({ subject: 'Cache', areas: ['data', 'data'], further: ['Is it warm?'] });
  expect(file?.text.match(/^## .*/gm)).toEqual(['## Data', '## This change', '## Verdict']);
  expect(file?.text).toContain('- [ ] Is it warm?');
});

test('a title cannot end the comment of a codemod', () => {
  const [file] = codemodSkeleton.render({ id: 'a', title: 'x */ process.exit() /*', callee: 'f' });
  expect(file?.text).toContain('* x * / process.exit() /*.');
});
