import type { CodexEvent, RecordedEvent } from '@codex-orch/core';
import type { FleetGoal, FleetRecord } from '@codex-orch/core/goals';
import type { OpenElevation } from '../compose/elevation-desk.js';
import type { Orchestrator } from '../compose/orchestrator.js';
import type { CliContext } from '../context.js';
import { elevationLines } from '../print/elevation.js';
import { type Palette, paletteFor } from '../print/palette.js';
import { printCodexEvent, printEvent } from '../print/print-event.js';
import { visibleLine } from '../print/visible.js';
import type { CommonFlags } from './command.js';
import { answerSteps } from './goals-summary.js';
import { isLive, LaneTable } from './goals-table.js';
import { repoFlag, selfCommand } from './self-command.js';

const plain = paletteFor({ isTTY: false }, {});

/** Tells on standard error what goals do: a live table at a terminal, plain lines elsewhere. */
export class GoalsProgress implements Disposable {
  readonly #context: CliContext;
  readonly #flags: CommonFlags;
  readonly #palette: Palette;
  readonly #table: LaneTable | undefined;
  readonly #before = new Map<string, string>();
  #ids: ReadonlyMap<string, string> = new Map();

  constructor(context: CliContext, flags: CommonFlags) {
    const { stderr, env } = context.process;
    this.#context = context;
    this.#flags = flags;
    this.#palette = paletteFor(stderr, env);
    this.#table = isLive(stderr, env) ? new LaneTable(stderr, this.#palette) : undefined;
  }

  /** From here on the table shows what runs have used so far. */
  watch(present: Orchestrator['present']): void {
    this.#table?.watch(present);
  }

  readonly say = (line: string): void => {
    if (this.#table) this.#table.above(line);
    else this.#context.process.stderr.write(`${line}\n`);
  };

  readonly onChange = (record: FleetRecord): void => {
    this.#ids = new Map(record.goals.map(({ id, runId }) => [runId, id]));
    this.#table?.show(record);
    for (const goal of record.goals) {
      const standing = `${goal.standing} ${goal.trouble?.message ?? ''}`;
      if (this.#before.get(goal.id) === standing) continue;
      // How a fleet stood when it was taken up may have been overtaken by an answer; what comes of that is told.
      const isNews = this.#before.has(goal.id);
      this.#before.set(goal.id, standing);
      if (isNews && !this.#table) this.say(this.#line(goal));
    }
  };

  readonly onEvent = ({ event }: RecordedEvent, runId: string): void => {
    this.#table?.note(runId, event.type);
    // What begins to wait is told by `onWaiting`, also when it waited before.
    if (this.#table || (event.type === 'elevation.requested' && event.data.waiting)) return;
    for (const line of printEvent({ event }, this.#palette)) this.say(`${this.#mark(runId)} ${line}`);
  };

  readonly onCodexEvent = (event: CodexEvent, runId: string): void => {
    // A note of the table has to fit into what is left of its row, and has a colour already.
    const line = printCodexEvent(event, this.#table ? plain : this.#palette);
    if (line === undefined) return;
    if (this.#table) this.#table.note(runId, line.trim());
    else this.say(`${this.#mark(runId)} ${line}`);
  };

  readonly onWaiting = ({ id, request, runId }: OpenElevation): void => {
    const mark = this.#mark(runId);
    this.say(`${mark} Codex asks to leave its sandbox (${id}) and to`);
    for (const line of elevationLines(request)) this.say(`${mark} ${line}`);
    const command = `approve ${runId} --request ${id}${repoFlag(this.#flags)}`;
    this.say(`${mark} ${selfCommand(this.#context)} ${command}   ${this.#palette.dim('# or reject')}`);
  };

  #mark(runId: string): string {
    return this.#palette.dim(`[${this.#ids.get(runId) ?? runId}]`);
  }

  #line(goal: FleetGoal): string {
    const { standing, lane, runId, end, trouble } = goal;
    const failure = trouble ?? end;
    const steps = answerSteps(goal, selfCommand(this.#context), repoFlag(this.#flags)).map((step) => step.trim());
    const detail =
      standing === 'running'
        ? `in lane ${lane ?? 0}, run ${runId}`
        : [...(failure ? [visibleLine(failure.message)] : []), ...steps].join('; ');
    return `${this.#palette.dim(`[${goal.id}]`)} ${this.#palette.bold(standing)}${detail === '' ? '' : ` ${detail}`}`;
  }

  [Symbol.dispose](): void {
    this.#table?.[Symbol.dispose]();
  }
}
