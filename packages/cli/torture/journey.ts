import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { codexOrch, type Ended, type Fault } from '../test/whole-way.js';
import { builder, manyChanges, planner, reviewer, say, World } from '../test/world.js';

/** The commands that take a goal the whole way, and the exit code of each when nothing goes wrong. */
export const stages = {
  run: { args: ['run', 'do it'], code: 3 },
  approve: { args: ['approve', 'latest'], code: 0 },
  apply: { args: ['apply', 'latest'], code: 0 },
} as const;

export type Stage = keyof typeof stages;

export const stageNames = Object.keys(stages) as Stage[];

/** A fault of one command. */
export interface StageFault extends Fault {
  /** Brings back what the fault took, before the command is taken up again. */
  readonly after?: (() => Promise<void>) | undefined;
}

/** A world whose temporary files can be told from those of others. */
export async function newWorld(): Promise<World> {
  const world = await World.make();
  const temporary = path.join(world.root, 'tmp');
  await mkdir(temporary);
  world.env['TMPDIR'] = temporary;
  await world.model([planner(), builder(1, { applyPatch: manyChanges }, say), reviewer()]);
  return world;
}

const neverBegan = /\[(unknown-run|run-empty|unknown-workflow-run)\]/;

/** Ends what hangs: far longer than any command takes, so that only a hang is told as one. */
const bounded = ['timeout', '--signal=KILL', '600'];

export interface Travelled {
  /** How the commands ended that were tried with a fault. */
  readonly ended: Readonly<Partial<Record<Stage, Ended>>>;
  readonly said: string;
}

/** Goes the whole way with a fault for each command; whatever fails is taken up again as a user would. */
export async function travel(world: World, faults: Readonly<Partial<Record<Stage, StageFault>>>): Promise<Travelled> {
  const tried: Partial<Record<Stage, Ended>> = {};
  let said = '';
  const call = async (args: readonly string[], fault?: Fault): Promise<Ended> => {
    const ended = await codexOrch(world, args, { ...fault, under: [...bounded, ...(fault?.under ?? [])] });
    said += `$ codex-orch ${args.join(' ')}\n${ended.output}(${ended.signal ?? `exit code ${ended.code ?? '?'}`})\n`;
    return ended;
  };
  const succeeds = async (stage: Stage): Promise<boolean> => {
    const ended = await call(stages[stage].args, faults[stage]);
    await faults[stage]?.after?.();
    tried[stage] = ended;
    return ended.signal === null && ended.code === stages[stage].code;
  };
  const state = async (): Promise<string> => (await world.manifest()).state;

  if (!(await succeeds('run')) && neverBegan.test((await call(['resume'])).output)) await call(stages.run.args);
  if ((await state()) === 'awaiting-approval' && !(await succeeds('approve'))) {
    await call(['resume']);
    if ((await state()) === 'awaiting-approval') await call(stages.approve.args);
  }
  if ((await state()) === 'done' && !(await succeeds('apply'))) await call(stages.apply.args);
  return { ended: tried, said };
}
