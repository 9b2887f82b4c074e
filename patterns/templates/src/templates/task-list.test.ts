import { expect, test } from 'vitest';
import { taskList } from './task-list.js';

const task = { title: 'Do it', doneWhen: ['it is done'] };

test('tasks come in an order in which they can be done', () => {
  const [file] = taskList.render({
    title: 'Move house',
    tasks: [
      { id: 'pack', ...task },
      { id: 'move', ...task, dependsOn: ['pack'] },
    ],
  });
  expect(file).toEqual({
    path: 'tasks/move-house.md',
    text: `# Move house

## pack: Do it

Done when:

- [ ] it is done

## move: Do it

After pack.

Done when:

- [ ] it is done
`,
  });
});

test.each([
  [
    'a task that depends on a later one',
    [
      { id: 'a', dependsOn: ['b'], ...task },
      { id: 'b', ...task },
    ],
    'tasks.0: depends on b',
  ],
  ['a task that depends on itself', [{ id: 'a', dependsOn: ['a'], ...task }], 'tasks.0: depends on a'],
  [
    'an id that is there twice',
    [
      { id: 'a', ...task },
      { id: 'a', ...task },
    ],
    'tasks.1: has the id a of an earlier task',
  ],
])('%s is refused', (_name, tasks, message) => {
  expect(() => taskList.render({ title: 'x', tasks })).toThrow(message);
});
