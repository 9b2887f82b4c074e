import { addTask, findTask, setTaskStatus, type Task, type TaskStatus } from '@codex-orch/spec-guard';
import { runLayout } from '../compose/noted-runs.js';
import { exitCode } from '../exit-code.js';
import { paletteFor } from '../print/palette.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { registryOf } from './spec.js';
import { changeRegistry, checkoutOf, readRegistry } from './spec-checkout.js';

export interface NewTaskFlags extends CommonFlags {
  readonly id?: string | undefined;
  readonly kind?: string | undefined;
  readonly gate?: string | undefined;
  readonly path?: string | undefined;
}

export interface TaskListFlags extends CommonFlags {
  readonly status?: TaskStatus | undefined;
}

export const create = command(async (context, flags: NewTaskFlags, title: string): Promise<number> => {
  const repository = await checkoutOf(context, flags);
  const { id, kind, gate, path } = flags;
  let added: Task | undefined;
  await changeRegistry(repository, (text) => {
    const changed = addTask(text, { title, id, kind, gate, path });
    added = changed.task;
    return changed.text;
  });
  if (flags.json) printJson(context, added);
  else context.process.stdout.write(`Task ${visibleLine(added?.id ?? '')} is registered.\n`);
  return exitCode.done;
});

export const list = command(async (context, flags: TaskListFlags): Promise<number> => {
  const repository = await checkoutOf(context, flags);
  const { items } = registryOf(await readRegistry(repository));
  const wanted = items.filter((task) => flags.status === undefined || task.status === flags.status);
  if (flags.json) {
    printJson(context, wanted);
    return exitCode.done;
  }
  const { stdout } = context.process;
  if (wanted.length === 0) stdout.write('There are no such tasks in the registry.\n');
  for (const { id, status: stands, title } of wanted)
    stdout.write(`${visibleLine(id).padEnd(12)} ${stands.padEnd(12)} ${visibleLine(title)}\n`);
  return exitCode.done;
});

export const show = command(async (context, flags: CommonFlags, asked: string): Promise<number> => {
  const repository = await checkoutOf(context, flags);
  const { env, stdout } = context.process;
  const registry = registryOf(await readRegistry(repository));
  const task = findTask(registry, asked);
  const specs = registry.specs.filter(({ relates_to: related }) => related.includes(task.id));
  const here = (await runLayout(env, repository.root).locations()).filter(({ taskId }) => taskId === task.id);
  const linked = task.runs.map((run) => (typeof run === 'string' ? run : run.id));
  const runs = [...new Set([...linked, ...here.map(({ runId }) => runId)])];
  if (flags.json) {
    printJson(context, {
      ...task,
      runs,
      specs: specs.map(({ id, path, status: stands }) => ({ id, path, status: stands })),
    });
    return exitCode.done;
  }
  const { bold, dim } = paletteFor(stdout, env);
  const rows: readonly (readonly [string, string])[] = [
    ['Kind', task.kind],
    ['Status', task.status],
    ['Gate', task.gate],
    ['Path', task.path ?? ''],
    ...specs.map(({ id, path, status: stands }) => ['Spec', `${id}  ${stands}  ${path}`] as const),
    ...runs.map((run) => ['Run', run] as const),
  ];
  stdout.write(`${bold(visibleLine(`${task.id} ${task.title}`))}\n`);
  for (const [name, value] of rows) if (value !== '') stdout.write(`${dim(name.padEnd(7))} ${visibleLine(value)}\n`);
  return exitCode.done;
});

export const status = command(async (context, flags: CommonFlags, asked: string, wanted: string): Promise<number> => {
  const repository = await checkoutOf(context, flags);
  await changeRegistry(repository, (text) => setTaskStatus(text, asked, wanted as TaskStatus));
  if (flags.json) printJson(context, { id: asked, status: wanted });
  else context.process.stdout.write(`Task ${visibleLine(asked)} is ${visibleLine(wanted)}.\n`);
  return exitCode.done;
});
