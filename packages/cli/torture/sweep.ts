import { availableParallelism } from 'node:os';
import { expect } from 'vitest';
import { type Ended, type Outcome, outcomeOf, repeatedSteps } from '../test/whole-way.js';
import type { World } from '../test/world.js';
import { newWorld, type Stage, type StageFault, stageNames, stages, travel } from './journey.js';
import { type Expected, expectedOf, kinds, type Leftover, leftoversOf } from './leftovers.js';
import { table } from './table.js';

/** Something that is done to one command, e.g. `run:mkdir:7`. */
export interface Disturbance {
  readonly name: string;
  readonly fault: (world: World) => StageFault;
  /** Whether it came to pass; what was not reached counts for nothing. */
  readonly reached: (ended: Ended, world: World) => boolean | Promise<boolean>;
  /** The exit codes with which the command may end. */
  readonly codes: readonly (number | 'killed')[];
}

/** What is done to each command of one journey. */
export type Route = Readonly<Partial<Record<Stage, Disturbance>>>;

/** What a world is like that nobody disturbed. */
export interface Undisturbed {
  readonly outcome: Outcome;
  readonly expected: Expected;
}

export async function undisturbedBy(world: World): Promise<Undisturbed> {
  const outcome = await outcomeOf(world);
  expect(outcome).toMatchObject({ state: 'done', appliedTo: 1 });
  return { outcome, expected: await expectedOf(world) };
}

/** The journeys in which every disturbance happens; one journey has room for one of each command. */
export function routesOver(disturbances: Readonly<Record<Stage, readonly Disturbance[]>>): Route[] {
  const length = Math.max(...stageNames.map((stage) => disturbances[stage].length));
  return Array.from({ length }, (_, index) =>
    Object.fromEntries(
      stageNames.flatMap((stage) => {
        const one = disturbances[stage][index];
        return one ? [[stage, one]] : [];
      }),
    ),
  );
}

/** The route that TORTURE_POINT asks for, as a failure printed it: `STAGE:…` for each stage. Undefined when it asks for none. */
export function givenRoute(disturb: (stage: Stage, rest: string) => Disturbance): Route | undefined {
  const given = process.env['TORTURE_POINT'];
  if (given === undefined) return undefined;
  return Object.fromEntries(
    given.split(/\s+/).map((text): [Stage, Disturbance] => {
      const [stage, ...rest] = text.split(':');
      const known = stageNames.find((name) => name === stage);
      if (!known) throw new Error(`TORTURE_POINT: "${text}" does not begin with one of ${stageNames.join(', ')}.`);
      return [known, disturb(known, rest.join(':'))];
    }),
  );
}

const routeName = (route: Route): string => stageNames.flatMap((stage) => route[stage]?.name ?? []).join(' ');

export interface SweepOptions {
  readonly title: string;
  /** What of the torture repeats a point of this sweep. */
  readonly again: string;
}

/**
 * Goes every route in a world of its own, prints what came of it as a table, and returns what went wrong, each with the line that
 * repeats it.
 */
export async function sweep(
  { title, again }: SweepOptions,
  routes: readonly Route[],
  undisturbed: Undisturbed,
): Promise<string[]> {
  const tally = { tried: 0, missed: 0, recovered: 0, neverBegan: 0, twice: 0, otherwise: 0 };
  const left: Leftover[] = [];

  const journey = async (route: Route): Promise<readonly string[]> => {
    await using world = await newWorld();
    const problems: string[] = [];
    const { ended, said } = await travel(
      world,
      Object.fromEntries(stageNames.flatMap((stage) => (route[stage] ? [[stage, route[stage].fault(world)]] : []))),
    );
    let reached = 0;
    for (const stage of stageNames) {
      const [disturbance, one] = [route[stage], ended[stage]];
      if (!disturbance) continue;
      if (!one || !(await disturbance.reached(one, world))) tally.missed += 1;
      else {
        reached += 1;
        const code = one.signal === 'SIGKILL' ? 'killed' : (one.code ?? -1);
        if (![...disturbance.codes, stages[stage].code].includes(code) || one.output.includes('please report it'))
          problems.push(`${stage} ended with ${code}:\n${one.output}`);
      }
    }
    tally.tried += reached;
    const { bad, neverBegan } = await leftoversOf(world, undisturbed.expected);
    left.push(...bad);
    tally.neverBegan += neverBegan;
    problems.push(...bad.map(({ kind, what }) => `${kind}: ${what}`));
    const repeated = await repeatedSteps(world);
    tally.twice += repeated.length;
    if (repeated.length > 0) problems.push(`steps that ran again: ${repeated.join(', ')}`);
    const outcome = await outcomeOf(world);
    if (JSON.stringify(outcome) !== JSON.stringify(undisturbed.outcome)) {
      tally.otherwise += 1;
      problems.push(`another outcome: ${JSON.stringify(outcome)}\n${said}`);
    }
    const verified = await world.run('runs', 'verify');
    if (verified.code !== 0) problems.push(`runs verify: ${verified.out}${verified.err}`);
    if (neverBegan > 0) await world.run('gc', '--runs', '--older-than', '0m');
    const after = await expectedOf(world);
    const kept = ['repo/.runs/adhoc/RUN', 'state/runs/RUN.json'].flatMap((name) => after.get(name) ?? []);
    if (neverBegan > 0 && kept.length > 0) problems.push(`gc does not remove ${kept.join(', ')}`);
    if (problems.length === 0) tally.recovered += reached;
    return problems;
  };

  const failures: string[] = [];
  const started = performance.now();
  const queue = routes.entries();
  const work = async (): Promise<void> => {
    for (const [index, route] of queue) {
      const problems = await journey(route).catch((error: unknown) => [String(error)]);
      if (problems.length > 0) {
        failures.push(
          `TORTURE_POINT='${routeName(route)}' npm run torture -- ${again}\n    ${problems.join('\n    ')}`,
        );
        console.info(failures.at(-1));
      }
      if ((index + 1) % 25 === 0) console.info(`${index + 1} of ${routes.length} journeys`);
    }
  };
  await Promise.all(Array.from({ length: availableParallelism() + 1 }, work));

  const rows = {
    'points tried': tally.tried,
    recovered: tally.recovered,
    'not reached': tally.missed,
    'folders and notes of runs that never began, which gc removed': tally.neverBegan,
    ...Object.fromEntries(kinds.map((kind) => [`left: ${kind}`, left.filter((one) => one.kind === kind).length])),
    'side effects that happened twice': tally.twice,
    'other outcomes': tally.otherwise,
  };
  const seconds = Math.round((performance.now() - started) / 1000);
  console.info(table(`${title}: ${routes.length} journeys, ${seconds} s`, rows));
  if (tally.tried === 0) failures.push(`${title}: nothing was tried.`);
  return failures;
}
