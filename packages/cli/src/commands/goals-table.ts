import { stripVTControlCharacters } from 'node:util';
import type { FleetGoal, FleetRecord } from '@codex-orch/core/goals';
import type { Orchestrator } from '../compose/orchestrator.js';
import { cellWidth, fitCells } from '../print/cell-width.js';
import { counted } from '../print/counted.js';
import type { Palette } from '../print/palette.js';
import { visibleLine } from '../print/visible.js';
import { countStandings } from './goals-summary.js';

type Stream = NodeJS.WriteStream;

/** Where a table can be drawn again in its place: a terminal that somebody looks at. */
export const isLive = (stream: Pick<Stream, 'isTTY'>, env: Readonly<Record<string, string | undefined>>): boolean =>
  stream.isTTY && !env['NO_COLOR'] && !env['CI'] && env['TERM'] !== 'dumb';

const redrawMs = 200;

/** A table of goals that changes in its place. */
export class LaneTable implements Disposable {
  readonly #stream: Stream;
  readonly #palette: Palette;
  readonly #notes = new Map<string, string>();
  readonly #since = new Map<string, number>();
  readonly #timer: NodeJS.Timeout;
  #present: Orchestrator['present'] = () => undefined;
  #record: FleetRecord | undefined;
  /** Cells that each line takes that stands there now. */
  #drawn: readonly number[] = [];

  constructor(stream: Stream, palette: Palette) {
    this.#stream = stream;
    this.#palette = palette;
    this.#timer = setInterval(() => {
      this.#draw();
    }, redrawMs).unref();
  }

  watch(present: Orchestrator['present']): void {
    this.#present = present;
  }

  show(record: FleetRecord): void {
    this.#record = record;
    for (const { runId, standing } of record.goals)
      if (standing === 'running' && !this.#since.has(runId)) this.#since.set(runId, performance.now());
    this.#draw();
  }

  note(runId: string, what: string): void {
    this.#notes.set(runId, what);
  }

  /** Prints a line that stays. */
  above(line: string): void {
    this.#erase();
    this.#stream.write(`${line}\n`);
    this.#draw();
  }

  #draw(): void {
    const record = this.#record;
    if (!record) return;
    this.#erase();
    const { rows, columns } = this.#stream;
    const lines = tableLines(record, {
      rows: Math.max(3, rows - 2),
      columns,
      palette: this.#palette,
      live: ({ runId, usage, standing }) => {
        const present = standing === 'running' ? this.#present(runId) : undefined;
        const since = this.#since.get(runId);
        return {
          tokens: present ? present.state.usage.totalTokens + present.turnTokens : usage.totalTokens,
          ms: standing === 'running' && since !== undefined ? performance.now() - since : usage.elapsedMs,
          note: this.#notes.get(runId) ?? '',
        };
      },
    });
    this.#stream.write(`${lines.join('\n')}\n`);
    this.#drawn = lines.map((line) => cellWidth(stripVTControlCharacters(line)));
  }

  #erase(): void {
    if (this.#drawn.length === 0) return;
    const { columns } = this.#stream;
    // In a window that was made narrower since, a line may take several rows.
    const height = this.#drawn.reduce((rows, cells) => rows + Math.max(1, Math.ceil(cells / columns)), 0);
    const up = `\u001b[${height}A\u001b[J`;
    // What is written in the usual way is kept from moving the cursor, whoever wrote it; this is ours.
    const { write } = Object.getPrototypeOf(this.#stream) as Pick<Stream, 'write'>;
    write.call(this.#stream, up);
    this.#drawn = [];
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
    this.#draw();
    this.#record = undefined;
    this.#drawn = [];
  }
}

export interface TableOptions {
  readonly rows: number;
  readonly columns: number;
  readonly palette: Palette;
  readonly live: (goal: FleetGoal) => { readonly tokens: number; readonly ms: number; readonly note: string };
}

const rank: Readonly<Partial<Record<FleetGoal['standing'], number>>> = { running: 0, parked: 1, waiting: 3 };

/** The goals that matter most, as many as there is room for, and how many stand how. */
export function tableLines(
  { goals, concurrency }: FleetRecord,
  { rows, columns, palette, live }: TableOptions,
): string[] {
  const { bold, dim, green, red, yellow } = palette;
  const shown = goals.toSorted((a, b) => (rank[a.standing] ?? 2) - (rank[b.standing] ?? 2)).slice(0, rows - 1);
  const width = Math.min(24, Math.max(4, ...shown.map(({ id }) => id.length)));
  const lines = shown.map((goal) => {
    const { standing, lane, end, trouble } = goal;
    const { tokens, ms, note } = live(goal);
    const paint = standing === 'done' ? green : standing === 'running' ? bold : standing in rank ? yellow : red;
    const head = `${goal.id.slice(0, width).padEnd(width)} `;
    const tail = [
      standing.padEnd(9),
      (lane === null ? '' : String(lane)).padStart(4),
      String(tokens).padStart(9),
      `${clock(ms).padStart(6)} `,
    ].join(' ');
    // Where not even these fit, what is left is not worth a colour.
    if (cellWidth(head + tail) > columns) return fitCells(head + tail, columns);
    const said = visibleLine(trouble?.message ?? end?.message ?? (standing === 'running' ? note : ''));
    const room = Math.max(0, columns - cellWidth(head + tail));
    return `${head}${tail.replace(standing, paint(standing))}${dim(fitCells(said, room))}`;
  });
  const total = `${countStandings(goals)}; ${counted(concurrency, 'lane')}`;
  return [...lines, dim(fitCells(total, columns))];
}

/** Minutes and seconds. */
const clock = (ms: number): string =>
  `${Math.floor(ms / 60_000)}:${String(Math.floor((ms / 1000) % 60)).padStart(2, '0')}`;
