import { expect, it } from 'vitest';
import { file, goodSpec, indexFile, policyFile, specFile, world, type World } from '../../test/world.js';
import type { SpecEntry } from '../registry/registry.js';
import { gateTask } from './task-gate.js';

const task = { id: '0007', slug: 'pay', title: 'Take money', status: 'planned' };

/** A check of everything in a repository with one task. */
const whole = (entries: readonly SpecEntry[], changes: World = {}) => {
  const input = world({ changes: undefined, index: indexFile(entries, [task]), ...changes });
  return { ...input, base: { ...input.head, index: input.index } };
};

const { spec, entry } = goodSpec({ relates_to: ['0007'] });

it('lets a task be worked on whose spec is approved and read lately, by its id or its slug', () => {
  const input = whole([entry], { specs: [spec] });
  expect(gateTask(input, '0007')).toBeUndefined();
  expect(gateTask(input, 'pay')).toBeUndefined();
});

it('asks for nothing in a repository without specs and registry', () => {
  expect(gateTask(whole([], { specs: [], index: undefined }), '0007')).toBeUndefined();
});

it.each([
  [
    'no spec relates to the task',
    whole([goodSpec().entry], { specs: [goodSpec().spec] }),
    'No spec relates to task 0007',
  ],
  ['the file is gone', whole([entry], { specs: [] }), 'there is no tasks/specs/0001-spec.md'],
  [
    'the registry is broken',
    whole([], { specs: [spec], index: file('tasks/index.json', '{') }),
    'The registry is broken',
  ],
  ['there is no registry any more', whole([], { specs: [spec], index: undefined }), 'no registry'],
])('refuses with spec-missing where %s', (_why, input, message) => {
  expect(gateTask(input, '0007')).toMatchObject({
    code: 'spec-missing',
    message: expect.stringContaining(message) as string,
  });
});

it('refuses a task that the registry does not know: it may be a slip', () => {
  expect(gateTask(whole([entry], { specs: [spec] }), '0070')).toMatchObject({ code: 'spec-missing' });
});

const draft = goodSpec({ relates_to: ['0007'], status: 'draft' });
const overdue = goodSpec({ relates_to: ['0007'], last_review: '2026-10-01' });

it.each([
  ['a draft', whole([draft.entry], { specs: [draft.spec] }), 'SG006'],
  ['changed since its approval', whole([entry], { specs: [specFile({ relates_to: ['0007'] }, '\nMore.\n')] }), 'SG007'],
  ['not reviewed for long', whole([overdue.entry], { specs: [overdue.spec] }), 'SG003'],
  ['in no registry', whole([], { specs: [spec] }), 'SG002'],
])('refuses with spec-stale where the spec is %s', (_why, input, code) => {
  expect(gateTask(input, '0007')).toMatchObject({
    code: 'spec-stale',
    message: expect.stringContaining(`(${code})`) as string,
  });
});

it('goes by the policy where that does not ask for approval', () => {
  const policy = policyFile({ rules: { 'status-not-approved': 'warning' } });
  expect(gateTask(whole([draft.entry], { specs: [draft.spec], head: { policy } }), '0007')).toBeUndefined();
});

it('asks nothing of a spec that was retired', () => {
  const retired = goodSpec({ id: '0002', relates_to: ['0007'], status: 'retired' });
  expect(gateTask(whole([entry, retired.entry], { specs: [spec, retired.spec] }), '0007')).toBeUndefined();
});
