import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { noUsage, type TerminalPhase } from '@codex-orch/core';
import { advanceFleet, beginFleet, type FleetInput, fleetRecordOf } from '@codex-orch/core/goals';
import { fleetDir } from '../src/compose/lanes/fleet-place.js';
import type { World } from './world.js';

/** A goal that has ended. */
interface EndedGoal {
  readonly id: string;
  readonly after?: readonly string[];
  readonly runId: string;
  /** How it ended; `done` by default. */
  readonly state?: TerminalPhase;
  /** What it started from, and what was made of that; the head of the repository by default. */
  readonly base?: string;
  readonly commit?: string;
}

const limits = { tokens: 1000, turns: 10, minutes: 10, revisions: 1, replans: 1 };

/** The record of goals that were begun together and have all ended, long ago, as the orchestrator leaves it. */
export async function makeFleet(world: World, fleetId: string, goals: readonly EndedGoal[]): Promise<void> {
  const head = world.git('rev-parse', 'HEAD').trim();
  const input: FleetInput = {
    fleetId,
    file: 'goals.yaml',
    contentSha256: '0',
    planSha256: '0',
    repository: world.repo,
    base: { commit: head, branch: 'main' },
    concurrency: 1,
    budget: { tokens: null, minutes: null },
    version: '0.0.0',
    settings: {},
    goals: goals.map(({ id, after = [] }) => ({
      id,
      goal: id,
      task: null,
      mode: 'local',
      environment: null,
      attempts: 1,
      limits,
      after: [...after],
    })),
  };
  let fleet = beginFleet(input, Object.fromEntries(goals.map(({ id, runId }) => [id, runId])));
  for (const { id, state = 'done', base = head, commit = head } of goals) {
    fleet = advanceFleet(fleet, { type: 'begun', goal: id, base, limits });
    const end = state === 'done' ? null : { code: state, message: `It is ${state}.` };
    const ended = { commit: state === 'done' ? commit : null, usage: noUsage, end, elapsedMs: 1 };
    fleet = advanceFleet(fleet, { type: 'ended', goal: id, state, ...ended });
  }
  const dir = fleetDir(world.env, fleetId);
  await mkdir(dir, { recursive: true });
  await writeFile(path.join(dir, 'fleet.json'), JSON.stringify(fleetRecordOf(fleet, input, new Date(0))));
}
