import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { CassetteWriter } from '../record/cassette-writer.js';
import type { Cassette } from './cassette.js';
import { CassetteInvalidError, CassetteUnreadableError, CassetteVersionError } from './errors.js';
import { readCassette } from './read-cassette.js';
import type { RecordedEntry, RecordedItem, RecordedResponse } from './recording.js';
import type { Scene } from './scene.js';
import type { Step } from './step.js';
import { writeCassette } from './write-cassette.js';

let folder: string;
let file: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'cassette-'));
  file = path.join(folder, 'c.jsonl');
});

afterAll(() => rm(folder, { recursive: true, force: true }));

const text = fc.string({ unit: 'grapheme' });
const name = fc.string({ minLength: 1 });
const times = fc.option(fc.integer({ min: 1, max: 9 }), { nil: undefined });
const step: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ say: text }),
  fc.record({ json: fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown) }),
  fc.record({ shell: name, workdir: text }),
  fc.record({ applyPatch: name }),
  fc.record({ escalate: fc.record({ command: name, justification: text }) }),
  fc.record({ call: fc.record({ name, arguments: fc.constant({ a: [1] }) }) }),
  fc.record({ fail: fc.record({ status: fc.integer({ min: 400, max: 599 }), code: text }) }),
  fc.record({ delayMs: fc.integer({ min: 0, max: 1000 }) }),
  fc.constantFrom<Step>({ stall: true }, { disconnect: true, times: 2 }, { malformed: true }),
);
const scenes: fc.Arbitrary<Scene[]> = fc.uniqueArray(
  fc.record({
    scene: name,
    when: fc.record({ agent: fc.constant('^a.*b$'), input: fc.constant('x|y') }),
    times,
    steps: fc.array(step, { minLength: 1, maxLength: 4 }),
  }),
  { selector: ({ scene }) => scene, maxLength: 4 },
);

const item: fc.Arbitrary<RecordedItem> = fc.oneof(
  fc.record({ role: fc.constantFrom('user', 'assistant'), text }),
  fc.record({ call: name, n: fc.nat(), input: text }),
  fc.record({ output: fc.nat(), text }),
  fc.record({ other: name }),
);
const response: fc.Arbitrary<RecordedResponse> = fc.oneof(
  fc.record({
    id: text,
    model: text,
    output: fc.array(fc.record({ type: name, text })),
    usage: fc.record({ input: fc.nat(), cachedInput: fc.nat(), output: fc.nat(), reasoning: fc.nat() }),
  }),
  fc.record({ status: fc.integer({ min: 400, max: 599 }), error: fc.record({ message: text }) }),
);
/** Entries as threads make them: requests are beginnings of the same few transcripts. */
const entries: fc.Arbitrary<RecordedEntry[]> = fc
  .tuple(
    fc.array(fc.array(item, { maxLength: 6 }), { minLength: 1, maxLength: 3 }),
    fc.array(fc.tuple(fc.nat(), fc.nat(), response), { maxLength: 12 }),
  )
  .map(([transcripts, picks]) =>
    picks.map(([which, length, answer], index) => {
      const transcript = transcripts[which % transcripts.length] ?? [];
      return {
        entry: index * 2 + 1,
        request: {
          client: 'codex' as const,
          model: 'm',
          agent: '',
          setUp: '',
          format: '',
          items: transcript.slice(0, length % (transcript.length + 1)),
        },
        response: answer,
      };
    }),
  );
const meta = fc.record({ title: text });

/** JSON knows no undefined. */
const plain = (cassette: Cassette): unknown => JSON.parse(JSON.stringify(cassette));

test('a script reads as it was written', async () => {
  await fc.assert(
    fc.asyncProperty(meta, scenes, async (about, content) => {
      const cassette: Cassette = { kind: 'script', meta: about, scenes: content };
      await writeCassette(file, cassette);
      expect(plain(await readCassette(file))).toEqual(plain(cassette));
    }),
    { numRuns: 60 },
  );
});

test('a recording reads as it was written, whether at once or entry by entry', async () => {
  await fc.assert(
    fc.asyncProperty(meta, entries, async (about, content) => {
      const cassette: Cassette = { kind: 'recording', meta: about, entries: content };
      await writeCassette(file, cassette);
      expect(await readCassette(file)).toEqual(cassette);

      await using writer = await CassetteWriter.create(file, about);
      await Promise.all(content.map((entry) => writer.append(entry)));
      expect(await readCassette(file)).toEqual(cassette);
    }),
    { numRuns: 40 },
  );
  expect(await readdir(folder)).toEqual(['c.jsonl']);
}, 30_000);

const header = '{"cassette":1,"kind":"script"}';
const scene = '{"scene":"a","steps":[{"say":"x"}]}';

test.each<[string, string, number, string]>([
  ['an empty file', '', 1, 'the header line'],
  ['a header without a kind', '{"cassette":1}\n', 1, '1:1: "kind": is missing'],
  [
    'a line that is not JSON',
    `${header}\n${scene}\n\n{"scene":\n`,
    4,
    '10: it is no JSON: the value of "scene" is missing',
  ],
  [
    'a scene with an unknown key',
    `${header}\n{"scene":"a","steps":[{"say":"x"}],"if":1}\n`,
    2,
    '36: there is no field "if". There are: scene, when, times, steps',
  ],
  ['two scenes of one name', `${header}\n${scene}\n${scene}\n`, 3, 'line 2 has a scene called "a" too'],
  [
    'a step with a value of the wrong kind',
    `${header}\n{"scene":"a","steps":[{"say":"x"},{"shell":7}]}\n`,
    2,
    '44: "steps[1].shell": must be text, but is a number',
  ],
  [
    'an entry that goes on from nothing',
    '{"cassette":1,"kind":"recording"}\n{"entry":1,"request":{"client":"codex","model":"","agent":"","setUp":"","format":"","items":[],"after":7},"response":{"status":500,"error":{}}}\n',
    2,
    'request.after: no line before has the entry 7',
  ],
])('%s is refused with its line', async (_name, content, line, problem) => {
  await writeFile(file, content);
  const error: unknown = await readCassette(file).catch((caught: unknown) => caught);

  expect(error).toBeInstanceOf(CassetteInvalidError);
  expect(error).toMatchObject({ code: 'cassette-invalid', line, path: file });
  expect((error as Error).message).toContain(`${file}:${line}:`);
  expect((error as Error).message).toContain(problem);
});

test('a last line that a crash cut off is left out', async () => {
  await writeFile(file, `${header}\n${scene}\n{"scene":"b","ste`);
  expect(await readCassette(file)).toMatchObject({ scenes: [{ scene: 'a' }] });
});

test('a newer version and a missing file are errors of their own', async () => {
  await writeFile(file, '{"cassette":2,"kind":"script"}\n');
  await expect(readCassette(file)).rejects.toThrow(CassetteVersionError);
  await expect(readCassette(path.join(folder, 'none.jsonl'))).rejects.toThrow(CassetteUnreadableError);
});
