import { EntryExistsError, EntryInvalidError, EntryUnknownError } from './errors.js';
import { editRegistry } from './edit-registry.js';
import type { Registry, Task, TaskStatus } from './registry.js';
import { guardPaths } from '../check/guard-paths.js';
import { slugOf } from '../template/new-spec.js';

export interface NewTask {
  readonly title: string;
  /** The next free number by default. */
  readonly id?: string | undefined;
  readonly path?: string | undefined;
  readonly kind?: string | undefined;
  readonly gate?: string | undefined;
}

/** The next number, of four digits or more, that no id ends with. */
export function nextId(ids: Iterable<string>): string {
  let highest = 0;
  for (const id of ids) {
    const number = /^(?:[A-Za-z]+-)?(\d{1,9})$/.exec(id)?.[1];
    if (number !== undefined) highest = Math.max(highest, Number(number));
  }
  return String(highest + 1).padStart(4, '0');
}

/** Adds a task to a registry's text. Throws {@link EntryInvalidError}, {@link EntryExistsError} and `RegistryBrokenError`. */
export function addTask(text: string, task: NewTask): { readonly text: string; readonly task: Task } {
  checkTask(task);
  let added: Task | undefined;
  const changed = editRegistry(guardPaths.index, text, ({ items }) => {
    const id = task.id ?? nextId(items.map((item) => item.id));
    if (items.some((item) => item.id.toLowerCase() === id.toLowerCase())) throw new EntryExistsError('task', id);
    added = {
      id,
      slug: slugOf(task.title),
      title: task.title,
      ...(task.path === undefined ? {} : { path: task.path }),
      kind: task.kind ?? 'task',
      status: 'planned',
      gate: task.gate ?? '',
      runs: [],
    };
    return [{ path: ['items', -1], value: added }];
  });
  return { text: changed, task: added as Task };
}

/** What would be refused when it is read again, or by the commands that are given the id, is not written. */
function checkTask({ title, id, kind, path }: NewTask): void {
  if (title.trim() === '') throw new EntryInvalidError('title', 'is empty');
  if (/\p{Cc}/u.test(title)) throw new EntryInvalidError('title', 'is more than one line');
  if (id !== undefined && !/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/.test(id))
    throw new EntryInvalidError('id', 'has to be letters, digits, ".", "_" and "-"');
  if (kind?.trim() === '') throw new EntryInvalidError('kind', 'is empty');
  if (path !== undefined && (path === '' || /^(?:[/\\]|[A-Za-z]:)/.test(path) || path.split(/[/\\]/).includes('..')))
    throw new EntryInvalidError('path', 'does not lie in the repository, as seen from its root');
}

/** One task by its id or slug. Throws {@link EntryUnknownError}. */
export function findTask({ items }: Registry, id: string): Task {
  const found = items.find((item) => item.id === id) ?? items.find((item) => item.slug === id);
  if (!found)
    throw new EntryUnknownError(
      'task',
      id,
      items.flatMap((item) => [item.id, item.slug]),
    );
  return found;
}

/** Sets a task's status. Throws {@link EntryUnknownError} and `RegistryBrokenError`. */
export function setTaskStatus(text: string, id: string, status: TaskStatus): string {
  return editRegistry(guardPaths.index, text, (registry) => [
    { path: ['items', registry.items.indexOf(findTask(registry, id)), 'status'], value: status },
  ]);
}

/** Links a run to a task; a run that is linked already is not linked again. */
export function addTaskRun(text: string, id: string, run: string): string {
  return editRegistry(guardPaths.index, text, (registry) => {
    const task = findTask(registry, id);
    const index = registry.items.indexOf(task);
    if (task.runs.some((known) => (typeof known === 'string' ? known : known.id) === run)) return [];
    // The field may be missing, and then there is no list to append to.
    return [{ path: ['items', index, 'runs'], value: [...task.runs, run] }];
  });
}
