import { noUsage } from '@codex-orch/core';
import type { FleetGoal, FleetRecord } from '@codex-orch/core/goals';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { cellWidth } from '../print/cell-width.js';
import { paletteFor } from '../print/palette.js';
import { isLive, LaneTable, tableLines } from './goals-table.js';

const goal = (id: string, more: Partial<FleetGoal> = {}): FleetGoal => ({
  id,
  goal: id,
  task: null,
  mode: 'local',
  environment: null,
  attempts: 1,
  limits: { tokens: 1, turns: 1, minutes: 1, revisions: 0, replans: 0 },
  after: [],
  runId: `run-${id}`,
  standing: 'waiting',
  lane: null,
  readySince: null,
  base: null,
  commit: null,
  usage: noUsage,
  asks: [],
  trouble: null,
  stopping: null,
  end: null,
  ...more,
});

const recordOf = (...goals: FleetGoal[]): FleetRecord => ({ goals, concurrency: 2 }) as unknown as FleetRecord;

const palette = paletteFor({ isTTY: false }, {});
const live = () => ({ tokens: 1234, ms: 61_000, note: 'build.finished' });

it('shows what works first, then what waits for a human, and counts what there is no room for', () => {
  const record = recordOf(
    goal('last'),
    goal('over', { standing: 'failed', end: { code: 'x', message: 'It broke.' } }),
    goal('gate', { standing: 'parked' }),
    goal('busy', { standing: 'running', lane: 2 }),
  );
  expect(tableLines(record, { rows: 4, columns: 80, palette, live })).toEqual([
    'busy running      2      1234   1:01 build.finished',
    'gate parked              1234   1:01 ',
    'over failed              1234   1:01 It broke.',
    '1 waiting, 1 failed, 1 parked, 1 running; 2 lanes',
  ]);
});

it('never has a line that is wider than the terminal, whatever is said and however narrow it is', () => {
  const record = recordOf(
    goal('a-goal-with-a-name-of-some-length', { standing: 'running', lane: 1 }),
    goal('over', { standing: 'failed', end: { code: 'x', message: '検索が失敗しました。'.repeat(9) } }),
  );
  for (const columns of [3, 20, 50, 61, 200])
    for (const line of tableLines(record, { rows: 9, columns, palette, live }))
      expect(cellWidth(line)).toBeLessThanOrEqual(columns);
});

it('goes up over all rows that its lines take in a window that was made narrower', () => {
  const terminal = Object.assign(new PassThrough(), { isTTY: true, rows: 24, columns: 80 });
  let said = '';
  terminal.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const table = new LaneTable(terminal as unknown as NodeJS.WriteStream, palette);
  table.show(recordOf(goal('one', { standing: 'running', lane: 1 })));
  terminal.columns = 20;
  table.above('a line');
  table[Symbol.dispose]();
  // The first one had 36 cells, and its total 18.
  expect(said).toContain('\u001b[3A\u001b[Ja line\n');
});

it('draws itself again in its place, and lets other lines stay above', () => {
  class Terminal extends PassThrough {
    readonly isTTY = true;
    readonly rows = 24;
    readonly columns = 80;
  }
  const terminal = new Terminal();
  let said = '';
  terminal.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const table = new LaneTable(terminal as unknown as NodeJS.WriteStream, palette);
  table.show(recordOf(goal('one', { standing: 'running', lane: 1 })));
  table.above('a line');
  table[Symbol.dispose]();
  const row = 'one  running      1         0   0:00 \n1 running; 2 lanes\n';
  const again = '\u001b[2A\u001b[J';
  expect(said).toBe(`${row}${again}a line\n${row}${again}${row}`);
});

it.each([
  [{ isTTY: true }, {}, true],
  [{ isTTY: false }, {}, false],
  [{ isTTY: true }, { NO_COLOR: '1' }, false],
  [{ isTTY: true }, { CI: 'true' }, false],
  [{ isTTY: true }, { TERM: 'dumb' }, false],
])('at %j with %j a table is live: %s', (stream, env, expected) => {
  expect(isLive(stream, env)).toBe(expected);
});
