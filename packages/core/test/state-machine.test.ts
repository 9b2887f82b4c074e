import { expect, it } from 'vitest';
import { transitions, type GoalEventType } from '../src/goal/index.js';

const phases = [
  'new',
  'preflight',
  'planning',
  'building',
  'testing',
  'reviewing',
  'deciding',
  'awaiting-approval',
  'promoting',
  'done',
  'blocked',
  'failed',
  'rejected',
  'escalated',
  'exhausted',
  'cancelled',
];

const from = (type: GoalEventType): string => {
  const allowed = transitions[type].from;
  return typeof allowed === 'string' ? allowed.replaceAll('-', ' ') : allowed.join(', ');
};

/** A target that depends on the event names its possible phases in its own text. */
function targets(type: GoalEventType): string {
  const { to } = transitions[type];
  if (typeof to === 'string') return to;
  const named = [...to.toString().matchAll(/['"]([a-z-]+)['"]/g)]
    .map(([, word]) => word ?? '')
    .filter((word) => phases.includes(word));
  return named.length === 0 ? 'stays' : phases.filter((phase) => named.includes(phase)).join(' or ');
}

it('is shown in docs/state-machine.md as it is', async () => {
  const rows = (Object.keys(transitions) as GoalEventType[]).map((type) => {
    const guards = transitions[type].guards.map(({ name }) => name).join('; ');
    return `| \`${type}\` | ${from(type)} | ${guards} | ${targets(type)} |`;
  });

  expect(targets('review.finished')).toBe('building or deciding or awaiting-approval or rejected');
  await expect(`# The state machine of a goal

Generated from \`packages/core/src/goal/transitions.ts\`; do not edit. After a change:
\`npm run generate\`.

A row says in which phases an event is possible, which guards must hold, and where the goal is afterwards. What is not in the table
cannot happen: the event is refused with \`illegal-transition\` and nothing is recorded. \`done\`, \`blocked\`, \`failed\`, \`rejected\`,
\`escalated\`, \`exhausted\` and \`cancelled\` are ends.

| event | from | guards | to |
|---|---|---|---|
${rows.join('\n')}
`).toMatchFileSnapshot('../../../docs/state-machine.md');
});
