import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { GoalsFileError } from './errors.js';
import { parseGoalsFile } from './parse-goals-file.js';

const read = (text: string) => parseGoalsFile('goals.yaml', text);

function problems(text: string): string[] {
  try {
    read(text);
  } catch (error) {
    if (error instanceof GoalsFileError)
      return error.problems.map(({ line, column, message }) => `${line}:${column} ${message}`);
    throw error;
  }
  return [];
}

describe('a goals file', () => {
  it('is YAML, or JSON, which says the same', () => {
    const yaml = `schemaVersion: 1
goals:
  - id: search
    goal: Find orders by name
  - id: export
    goal: Export what was found
    depends_on: [search]
    budget: { minutes: 20 }
`;
    const fromYaml = read(yaml);
    expect(fromYaml.goals.map(({ id }) => id)).toEqual(['search', 'export']);
    expect(read(JSON.stringify(fromYaml))).toEqual(fromYaml);
  });

  it.each([
    [
      'an unknown field',
      'schemaVersion: 1\ngoals:\n  - id: a\n    goal: x\n    gaol: y',
      '5:5 goal "a": there is no field "gaol". Did you mean "goal"?',
    ],
    ['a goal without an id', 'schemaVersion: 1\ngoals: [{goal: y}]', '2:9 goal 1: the field "id" is missing'],
    [
      'a field in another spelling',
      'schemaVersion: 1\ngoals: [{id: a, goal: x}, {goal: y, dependsOn: [a]}]',
      '2:37 goal 2: there is no field "dependsOn". Did you mean "depends_on"?',
    ],
    [
      'a field that is like no other',
      'schemaVersion: 1\ndefaults: {colour: red}\ngoals: [{id: a, goal: x}]',
      '2:12 defaults: there is no field "colour". There are: mode, environment, attempts, budget',
    ],
    [
      'a budget of nothing known',
      'schemaVersion: 1\ngoals: [{id: a, goal: x, budget: {minute: 3}}]',
      '2:35 goal "a", budget: there is no field "minute". Did you mean "minutes"?',
    ],
    ['no goals', 'schemaVersion: 1\ngoal: []', '2:1 there is no field "goal". Did you mean "goals"?'],
    [
      'an id that is no branch name',
      'schemaVersion: 1\ngoals:\n  - id: A b\n    goal: x',
      '3:9 goal "A b", id: must be lower',
    ],
    [
      'a path outside',
      'schemaVersion: 1\ngoals: [{id: a, goal: x, paths: [../b]}]',
      '2:34 goal "a", paths, entry 1: must be a glob',
    ],
    ['a key that is there twice', 'schemaVersion: 1\nschemaVersion: 1\ngoals: []', '2:1 Map keys must be unique'],
    ['an alias', 'schemaVersion: 1\ngoals: [&a {id: a, goal: x}, *a]', '2:12 anchors and aliases are not read'],
    ['broken YAML', 'goals: [', '1:9 Flow sequence'],
    ['nothing', '', '1:1 the file is empty. It begins with `schemaVersion: 1`'],
    ['nothing but comments', '# later\n', 'the file is empty.'],
    ['a list', '- one\n- two\n', '1:1 this is a list, not the fields of a goals file.'],
    ['words', 'just words\n', '1:1 this is text, not the fields of a goals file.'],
    ['no goal', 'schemaVersion: 1\ngoals: []\n', '2:8 there is no goal in it'],
    [
      'quotes that are never closed',
      'schemaVersion: 1\ngoals:\n  - id: a\n    goal: "x\n  - id: b\n',
      '4:11 the text in quotes that begins here is not closed',
    ],
    ['tabs', 'schemaVersion: 1\ngoals:\n\t- id: a\n', '3:1 Tabs are not allowed'],
    ['two documents', 'schemaVersion: 1\n---\ngoals: []\n', '2:1 a second document begins here'],
  ])('with %s is refused with its place', (_name, text, expected) => {
    expect(problems(text)).toEqual(expect.arrayContaining([expect.stringContaining(expected) as string]));
  });

  it('names goals that are there twice, that are missing, and that wait for each other', () => {
    const goal = 'goal: x';
    expect(problems(`schemaVersion: 1\ngoals: [{id: a, ${goal}}, {id: a, ${goal}, depends_on: [c]}]`)).toEqual([
      '2:32 the goal "a" is there twice',
      '2:57 "a" depends on "c", which is no goal of this file',
    ]);
    expect(
      problems(`schemaVersion: 1
goals:
  - {id: a, ${goal}}
  - {id: b, ${goal}, depends_on: [a, d]}
  - {id: c, ${goal}, depends_on: [b]}
  - {id: d, ${goal}, depends_on: [c]}`),
    ).toEqual(['4:34 goals wait for each other: b -> d -> c -> b']);
    expect(
      problems(`schemaVersion: 1
goals:
  - {id: a, ${goal}, depends_on: [b]}
  - {id: b, ${goal}, depends_on: [c]}
  - {id: c, ${goal}, depends_on: [b]}`),
    ).toEqual(['4:34 goals wait for each other: b -> c -> b']);
  });

  it('tells of a goal that waits for itself beside everything else that is wrong, in the order of the file', () => {
    expect(
      problems(`schemaVersion: 1
goals:
  - {id: a, goal: x, depends_on: [a]}
  - {id: b, gaol: x, depends_on: [zz]}
  - {id: c, goal: 7, depends_on: [d]}
  - {id: d, goal: x, depends_on: [c], budget: {minutes: ten}}
  - {id: c, goal: x, mode: clowd}`),
    ).toEqual([
      '3:35 "a" depends on itself',
      '4:5 goal "b": the field "goal" is missing',
      '4:13 goal "b": there is no field "gaol". Did you mean "goal"?',
      '4:35 "b" depends on "zz", which is no goal of this file',
      '5:19 goal "c", goal: must be text, but is a number',
      '5:34 goals wait for each other: c -> d -> c',
      '6:57 goal "d", budget, minutes: must be a number, but is text',
      '7:10 the goal "c" is there twice',
      '7:28 goal "c", mode: must be "auto", "local" or "cloud"; did you mean "cloud"?',
    ]);
  });

  it('has no NUL character in what is given to others', () => {
    expect(problems('schemaVersion: 1\ngoals:\n  - id: a\n    goal: "a\\0b"\n    task: "t\\0"\n')).toEqual([
      '4:11 goal "a", goal: must not have a NUL character ("\\0")',
      '5:11 goal "a", task: must not have a NUL character ("\\0")',
    ]);
  });

  it('is refused or read, whatever is in it, and never anything else', () => {
    const piece = fc.constantFrom(
      'schemaVersion: 1',
      'goals:',
      '  - id: a',
      '    goal: x',
      '    goal: |',
      ' - ',
      '{',
      '}',
      '*a',
      '&a',
      '? ',
      '\t',
      '%YAML 9',
      '---',
      '\0',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'binary' })), { maxLength: 12 }), (pieces) => {
        problems(pieces.join('\n'));
      }),
    );
  });
});
