import { z } from 'zod';
import { defineTemplate } from '../template/define-template.js';
import { checkboxes, slug } from '../template/markdown.js';
import { line, lines, repositoryPath } from '../template/parameters.js';

const questions = {
  behaviour: [
    'Every line of the goal is met by a line of the diff, and the diff has no line without one.',
    'Errors say what is wrong, where, and what to do; none is turned into a default.',
    'Work that is interrupted half-way leaves nothing half-written.',
  ],
  tests: [
    'Each new test fails without the change.',
    'No test was weakened, skipped or deleted, and no source asks whether it runs under test.',
    'The hard cases are there: empty, hostile, twice, at the same time.',
  ],
  security: [
    'No text of others reaches a shell, a query, a path or a prompt unchecked.',
    'No secret and no whole environment reaches logs, errors, prompts or children.',
    'New dependencies are needed, kept well, and pinned.',
  ],
  interface: [
    'Names and shapes of what is published are those its users know; what changed is in the change log.',
    'What crosses a boundary is parsed once, at the edge.',
  ],
  data: [
    'Data written by the version before can be read; the way back is described.',
    'State is replaced atomically, and two writers do not lose each other\u2019s work.',
  ],
  resources: [
    'Whatever is opened is closed on every path; whatever waits can be cancelled or has a limit.',
    'Nothing fans out over a list of unknown length without a bound.',
  ],
} as const;

type Area = keyof typeof questions;

const areas = Object.keys(questions) as [Area, ...Area[]];

export const reviewChecklist = defineTemplate({
  id: 'review-checklist',
  title: 'Review checklist',
  whenToUse: 'When a diff, by an agent or a person, is reviewed before it is approved.',
  parameters: z.strictObject({
    subject: line,
    areas: z.array(z.enum(areas)).default(areas),
    further: lines.default([]).describe('Questions of this review alone'),
    path: repositoryPath.optional(),
  }),
  files({ subject, areas, further, path }) {
    const sections = [...new Set(areas)].map((area) => `## ${capital(area)}\n\n${checkboxes(questions[area])}\n`);
    if (further.length > 0) sections.push(`## This change\n\n${checkboxes(further)}\n`);
    return [
      {
        path: path ?? `reviews/${slug(subject)}.md`,
        text: `# Review: ${subject}\n\n${sections.join('\n')}\n## Verdict\n\nApprove, revise or reject, and the reason in one sentence.\n`,
      },
    ];
  },
});

const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
