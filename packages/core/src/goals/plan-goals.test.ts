import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { defaultConfig } from '../config/config.js';
import type { GoalEntry, GoalsFile } from './goals-file.js';
import { type GoalsPlan, planGoals, type PlanGoalsOptions } from './plan-goals.js';
import { planDigest, signedPlanSchema } from './signed-plan.js';

const plan = (goals: readonly GoalEntry[], more: Partial<PlanGoalsOptions & GoalsFile> = {}): GoalsPlan =>
  planGoals(
    { schemaVersion: 1, goals: [...goals], defaults: more.defaults },
    { config: defaultConfig, concurrency: 2, ...more },
  );
const goal = (id: string, more: Partial<GoalEntry> = {}): GoalEntry => ({ id, goal: `do ${id}`, ...more });

describe('a plan', () => {
  it('takes goals in the order of the file, as lanes get free and what they wait for is done', () => {
    const { goals, budget } = plan([
      goal('slow', { budget: { minutes: 50 } }),
      goal('quick', { budget: { minutes: 10 } }),
      goal('after-slow', { depends_on: ['slow'], budget: { minutes: 5 } }),
      goal('third', { budget: { minutes: 10 } }),
    ]);
    expect(goals.map(({ order, id, lane }) => `${order} ${id} ${lane}`)).toEqual([
      '1 slow 1',
      '2 quick 2',
      '3 third 2',
      '4 after-slow 1',
    ]);
    expect(budget.minutes).toBe(55);
  });

  it('says where each goal is worked on, and why', () => {
    const tasks = new Map([
      ['t1', { requiresCloud: true }],
      ['t2', { parallel: true }],
    ]);
    const { goals } = plan(
      [
        goal('a'),
        goal('b', { mode: 'cloud', environment: 'web', attempts: 3 }),
        goal('c', { task: 't1', mode: 'local' }),
        goal('d', { task: 't2' }),
        goal('e', { task: 't2', mode: 'local' }),
      ],
      { tasks },
    );
    expect(goals.map(({ id, mode, why, environment, attempts }) => [id, mode, why, environment, attempts])).toEqual([
      ['a', 'local', 'nothing asks for the cloud', null, 1],
      ['b', 'cloud', 'the goal says so', 'web', 3],
      ['c', 'cloud', 'task t1 requires it', null, 1],
      ['d', 'cloud', 'task t2 is to run in parallel', null, 1],
      ['e', 'local', 'the goal says so', null, 1],
    ]);
  });

  it('tells what of a goal nothing comes of where it is worked on', () => {
    const cloudy = { environment: 'acme/shop', attempts: 2 };
    const goals = [goal('here', cloudy), goal('far', { mode: 'cloud', ...cloudy }), goal('plain')];
    expect(plan(goals, { defaults: { environment: 'acme/depot' } }).warnings).toEqual([
      '"here" is worked on here, as nothing asks for the cloud: nothing comes of its environment "acme/shop" and attempts 2 without `mode: cloud`',
    ]);
  });

  it('finds goals that expect to change the same, and knows which of them never meet', () => {
    const { overlaps } = plan(
      [
        goal('a', { paths: ['src/a/**'] }),
        goal('b', { paths: ['src/**/*.ts'] }),
        goal('c', { paths: ['docs/**'], depends_on: ['a'] }),
        goal('d', { paths: ['docs/new/**'], depends_on: ['c'] }),
      ],
      { tracked: ['src/a/one.ts', 'src/a/two.js', 'src/b.ts', 'docs/index.md'] },
    );
    expect(overlaps).toEqual([
      { goals: ['a', 'b'], paths: ['src/a/one.ts'], total: 1, patterns: [], isOrdered: false },
      { goals: ['c', 'd'], paths: [], total: 0, patterns: ['docs/new/**'], isOrdered: true },
    ]);
  });

  it('has another digest when what would be done is another, and the same for the same', () => {
    const digest = plan([goal('a')]).sha256;
    expect(plan([goal('a')]).sha256).toBe(digest);
    expect(plan([goal('a')], { tracked: ['x'] }).sha256).toBe(digest);
    expect(plan([goal('a', { goal: 'do a!' })]).sha256).not.toBe(digest);
    expect(plan([goal('a', { budget: { tokens: 1 } })]).sha256).not.toBe(digest);
    expect(
      plan([goal('a')], { config: { ...defaultConfig, codex: { ...defaultConfig.codex, sandbox: 'read-only' } } })
        .sha256,
    ).not.toBe(digest);
  });

  it('is what its digest says, wherever all of it that an approval is bound to has travelled', () => {
    const { concurrency, goals, sha256 } = plan([goal('a', { mode: 'cloud', environment: 'web', attempts: 2 })]);
    const travelled = JSON.stringify({ goals, concurrency });
    expect(planDigest(signedPlanSchema.parse(JSON.parse(travelled)))).toBe(sha256);
    expect(planDigest(signedPlanSchema.parse(JSON.parse(travelled.replace('web', 'wet'))))).not.toBe(sha256);
  });

  it('never begins a goal before what it waits for, nor two in one lane at a time', () => {
    const anyGoals = fc
      .array(fc.record({ minutes: fc.integer({ min: 1, max: 9 }), needs: fc.array(fc.nat()), cloud: fc.boolean() }), {
        minLength: 1,
        maxLength: 30,
      })
      .map((items) =>
        items.map(({ minutes, needs, cloud }, index) =>
          goal(`g${index}`, {
            budget: { minutes },
            mode: cloud ? 'cloud' : 'local',
            depends_on: index === 0 ? [] : [...new Set(needs.map((need) => `g${need % index}`))],
          }),
        ),
      );
    fc.assert(
      fc.property(anyGoals, fc.integer({ min: 1, max: 5 }), (goals, concurrency) => {
        const planned = plan(goals, { concurrency }).goals;
        expect(planned).toHaveLength(goals.length);
        const place = new Map(planned.map(({ id, order }) => [id, order]));
        for (const { id, after, lane, mode } of planned) {
          for (const needed of after) expect(place.get(needed)).toBeLessThan(place.get(id)!);
          if (mode === 'cloud') expect(lane).toBeNull();
          else expect(lane).toBeLessThanOrEqual(concurrency);
        }
      }),
    );
  });
});
