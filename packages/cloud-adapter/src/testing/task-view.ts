import type { StandInTask } from './stand-in-cloud.js';

type State = 'pending' | 'ready' | 'failed';

const turnStatus: Readonly<Record<State, string>> = { pending: 'in_progress', ready: 'completed', failed: 'failed' };

const titleOf = ({ title, prompt }: StandInTask): string => title ?? prompt.split('\n')[0]?.slice(0, 120) ?? '';

const siblingIds = ({ attempts }: StandInTask): string[] =>
  Array.from({ length: attempts - 1 }, (_, index) => `turn_${index + 2}`);

const statusDisplay = (task: StandInTask, state: State) => ({
  environment_label: task.environment?.label,
  latest_turn_status_display: { turn_status: turnStatus[state], sibling_turn_ids: siblingIds(task) },
});

const outputOf = (diff: string | null | undefined) => (diff == null ? [] : [{ type: 'output_diff', diff }]);

/** An entry of `GET /wham/tasks/list`. */
export const listItem = (task: StandInTask) => ({
  id: task.id,
  title: titleOf(task),
  has_generated_title: task.title !== undefined,
  created_at: task.createdAt / 1000,
  updated_at: task.createdAt / 1000,
  archived: false,
  has_unread_turn: false,
  task_status_display: statusDisplay(task, 'pending'),
});

/** `GET /wham/tasks/ID`. The first attempt is the current turn, the others are its siblings. */
export const taskDetails = (task: StandInTask, state: State) => ({
  task: {
    id: task.id,
    title: titleOf(task),
    archived: false,
    external_pull_requests: [],
    created_at: task.createdAt / 1000,
    environment_id: task.environment?.id,
  },
  task_status_display: statusDisplay(task, state),
  current_user_turn: {
    input_items: [{ type: 'message', role: 'user', content: [{ content_type: 'text', text: task.prompt }] }],
  },
  current_assistant_turn: {
    id: 'turn_1',
    attempt_placement: 0,
    turn_status: turnStatus[state],
    sibling_turn_ids: siblingIds(task),
    output_items: [],
  },
  current_diff_task_turn: state === 'ready' ? { output_items: outputOf(task.diffs?.[0]) } : null,
});

/** `GET /wham/tasks/ID/turns/TURN/sibling_turns`. */
export const siblingTurns = (task: StandInTask) => ({
  sibling_turns: siblingIds(task).map((id, index) => ({
    id,
    attempt_placement: index + 1,
    turn_status: 'completed',
    created_at: task.createdAt / 1000 + index,
    output_items: outputOf(task.diffs?.[index + 1]),
  })),
});
