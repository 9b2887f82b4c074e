import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ada, approval, at, bob, file, miniSpec, specText } from '../../test/world.js';
import { contentSha256 } from '../spec/content.js';
import { parseSpec } from '../spec/parse-spec.js';
import { newSpec } from '../template/new-spec.js';
import { addAssetUses, removeAssetUses, usesOfAsset } from './asset-uses.js';
import { decideSpec, newSpecApproval } from './decide-spec.js';
import { editRegistry, EMPTY_REGISTRY } from './edit-registry.js';
import { parseRegistry } from './parse-registry.js';
import { plainRegistry } from './plain-registry.js';
import { registrySchema, type Registry } from './registry.js';
import { updateRegistry } from './registry-file.js';
import { newReview, reviewSpec } from './review-spec.js';
import { registerSpec } from './spec-entry.js';
import { addTask, addTaskRun, findTask, nextId, setTaskStatus } from './tasks.js';

const read = (text: string): Registry => {
  const { registry, problems } = parseRegistry(text);
  expect(problems).toEqual([]);
  return registry!;
};
const task = { id: '0001', slug: 'a', title: 'A', status: 'planned' };
const spec = file('tasks/specs/0001-spec.md', specText());

describe('reading a registry', () => {
  it.each([
    ['no JSON', '{\n  "items": [\n    {]\n}', /^3:6 it is no JSON/],
    ['a comment', '{\n  // tasks\n  "items": []\n}', /^2:3 it is no JSON/],
    ['a merge', '{\n<<<<<<< ours\n', /^2:1 it is no JSON/],
    ['nothing', '', /^1:1 it is no JSON/],
    ['a list', '[]', /^1:1 it: /],
    ['another version', '{"schemaVersion": 2}', /^1:19 schemaVersion: /],
    [
      'a status that is none',
      JSON.stringify({ schemaVersion: 1, items: [{ ...task, status: 'x' }] }, undefined, 1),
      /^8:14 items\.0\.status/,
    ],
    [
      'a day that is none',
      '{"schemaVersion":1,"specs":[{"id":"1","path":"a","status":"done","last_review":"2026-02-30"}]}',
      /^1:80 specs\.0\.last_review/,
    ],
    ['nesting without end', '['.repeat(100_000), /^\d+:\d+ it is no JSON/],
    [
      'a list that stands there twice',
      '{\n  "schemaVersion": 1,\n  "items": [],\n  "specs": [],\n  "specs": []\n}',
      /^5:3 "specs" stands twice in one object/,
    ],
    [
      'a name that stands twice in what nobody knows',
      '{"schemaVersion":1,"items":[],"specs":[],"own":[{"a\\":":1,"b":{"\\u0061":1,"a":2}}]}',
      /^1:75 "a" stands twice in one object/,
    ],
  ])('says where the fault is: %s', (_what, text, expected) => {
    const { registry, problems } = parseRegistry(text);
    expect(registry).toBeUndefined();
    expect(`${problems[0]?.line}:${problems[0]?.column} ${problems[0]?.message}`).toMatch(expected);
  });

  it('refuses fifty megabytes unread', () => {
    expect(parseRegistry(' '.repeat(50 * 1024 * 1024)).problems).toMatchObject([
      { message: /more than 33554432 are not read/ },
    ]);
  });

  it('takes a byte order mark', () => {
    expect(read(`\uFEFF${EMPTY_REGISTRY}`)).toMatchObject({ items: [], specs: [] });
  });

  const text = fc.oneof(
    fc.string({ maxLength: 4 }),
    fc.constantFrom(
      '0001',
      'done',
      'approved',
      'task',
      '2026-11-22',
      '2026-02-30',
      '2026-11-22T00:00:00Z',
      '2026-11-22T00:00:00.5Z',
      '2026-02-30T00:00:00Z',
      'a'.repeat(64),
    ),
  );
  const value = fc.oneof(
    { weight: 4, arbitrary: text },
    fc.constant(undefined),
    fc.constant(null),
    fc.nat(),
    fc.array(text, { maxLength: 2 }),
  );
  const record = fc.record({
    kind: value,
    id: value,
    sha256: value,
    at: value,
    by: fc.constantFrom({ ...ada }, { name: 'x' }),
    channel: value,
  });
  const entry = fc
    .tuple(
      fc.constantFrom<object>(task, { id: '1', path: 'p', status: 'done', approvals: [approval(spec.text)] }),
      fc.dictionary(
        fc.constantFrom(
          'id',
          'slug',
          'path',
          'status',
          'last_review',
          'sha256',
          'runs',
          'assets',
          'gate',
          'covers',
          'owners',
          'risk',
          'kind',
          'extra',
        ),
        value,
        { maxKeys: 3 },
      ),
      fc.option(record),
    )
    .map(([base, changes, extra]) => ({ ...base, ...changes, ...(extra && { approvals: [extra] }) }));
  const registry = fc.record({
    schemaVersion: fc.constantFrom(1, 2, undefined),
    items: fc.array(entry, { maxLength: 2 }),
    specs: fc.array(entry, { maxLength: 2 }),
    note: value,
  });

  it('gives what the schema gives, wherever the fast way answers', () => {
    let answered = 0;
    fc.assert(
      fc.property(registry, (data) => {
        const json = JSON.parse(JSON.stringify(data)) as unknown;
        const judged = registrySchema.safeParse(structuredClone(json));
        const plain = plainRegistry(json);
        if (!plain) return;
        answered += 1;
        expect(judged.data).toEqual(plain);
      }),
      { numRuns: 4000 },
    );
    expect(answered).toBeGreaterThan(50);
  });
});

describe('the older shape', () => {
  const older = JSON.stringify(
    {
      items: [
        {
          id: '0303',
          slug: 'autonomy',
          title: 'Autonomy',
          path: 'tasks/0303-prd.md',
          kind: 'prd',
          status: 'succeeded',
          gate: { phase: 'planning', status: 'approved', log: '.runs/0303/1/manifest.json', run_id: '1' },
          created_at: '2025-11-03',
        },
      ],
      specs: [
        {
          id: 's',
          path: '/tasks/specs/s.md',
          relates_to: 'tasks/x.md',
          approvals: { docs: { reviewer: 'x' } },
          last_review: '2025-10-16',
        },
      ],
    },
    undefined,
    4,
  );

  it('is read as of today, and nothing in it counts as an approval', () => {
    expect(read(older)).toMatchObject({
      items: [{ status: 'done', gate: 'planning', runs: ['1'], created_at: '2025-11-03' }],
      specs: [{ path: 'tasks/specs/s.md', relates_to: ['tasks/x.md'], approvals: [], status: 'draft' }],
    });
  });

  it('is brought to that of today by the first change, and keeps what was replaced and all else', () => {
    const changed = setTaskStatus(older, '0303', 'in-progress');
    const json = JSON.parse(changed) as { items: Record<string, unknown>[]; specs: Record<string, unknown>[] };
    expect(json).toMatchObject({
      schemaVersion: 1,
      items: [{ status: 'in-progress', gate: 'planning', created_at: '2025-11-03' }],
    });
    expect(json.items[0]?.['migrated']).toEqual({
      gate: { phase: 'planning', status: 'approved', log: '.runs/0303/1/manifest.json', run_id: '1' },
      status: 'succeeded',
    });
    expect(json.specs[0]?.['migrated']).toEqual({ approvals: { docs: { reviewer: 'x' } }, path: '/tasks/specs/s.md' });
    expect(changed.startsWith('{\n    "schemaVersion": 1,\n    "items": [')).toBe(true);
    expect(parseRegistry(changed).migrated).toBe(false);
  });

  it('of our own index is none: it needs no migration', async () => {
    const own = await readFile(new URL('../../../../tasks/index.json', import.meta.url), 'utf8');
    expect(parseRegistry(own)).toMatchObject({ migrated: false, problems: [] });
  });
});

describe('changing a registry', () => {
  it.each([
    ['two spaces', '  ', '\n'],
    ['four spaces', '    ', '\n'],
    ['tabs', '\t', '\n'],
    ['CRLF', '  ', '\r\n'],
  ])('keeps order, unknown fields and %s', (_what, indent, eol) => {
    const data = {
      $comment: 'kept',
      specs: [],
      zeta: [1, { b: 1, a: 2 }],
      items: [{ title: 'A', extra: { y: 1, x: [2] }, slug: 'a', status: 'planned', id: '0001' }],
      schemaVersion: 1,
    };
    const format = (value: unknown) => `${JSON.stringify(value, undefined, indent)}\n`.replaceAll('\n', eol);
    expect(setTaskStatus(format(data), '0001', 'done')).toBe(
      format({ ...data, items: [{ ...data.items[0], status: 'done' }] }),
    );
    const added = registerSpec(format(data), spec);
    const { specs, ...rest } = JSON.parse(added) as { specs: object[] };
    expect(rest).toEqual({ ...rest, ...data, specs: undefined, zeta: data.zeta });
    expect(added).toBe(format({ ...data, specs }));
  });

  it('keeps a missing last line end, a byte order mark and what is on one line', () => {
    const text =
      '\uFEFF{"schemaVersion":1,"items":[{"id":"0001","slug":"a","title":"A","status":"planned"}],"specs":[]}';
    expect(setTaskStatus(text, '0001', 'done')).toBe(text.replace('planned', 'done'));
  });

  it('starts one where there is none', () => {
    const { text, task: added } = addTask('', { title: 'Write the guard' });
    expect(added).toMatchObject({ id: '0001', slug: 'write-the-guard', status: 'planned' });
    expect(read(text).items).toEqual([added]);
    expect(text.startsWith('{\n  "schemaVersion": 1,\n  "items": [\n    {\n      "id": "0001",')).toBe(true);
  });

  it('refuses a broken one, an unknown id and an id that is taken', () => {
    expect(() => addTask('{', { title: 'A' })).toThrow(expect.objectContaining({ code: 'registry-broken' }));
    expect(() => setTaskStatus(EMPTY_REGISTRY, '0001', 'done')).toThrow(
      expect.objectContaining({ code: 'entry-unknown' }),
    );
    const { text } = addTask('', { title: 'A', id: 'X1' });
    expect(() => addTask(text, { title: 'A', id: 'x1' })).toThrow(expect.objectContaining({ code: 'entry-exists' }));
  });

  it('any way round gives what was put in', () => {
    fc.assert(
      fc.property(
        fc.array(
          fc.string({ minLength: 1, maxLength: 20, unit: 'grapheme' }).filter((title) => title.trim() !== ''),
          { minLength: 1, maxLength: 6 },
        ),
        (titles) => {
          const text = titles.reduce((before, title) => addTask(before, { title }).text, EMPTY_REGISTRY);
          expect(read(text).items.map(({ title }) => title)).toEqual(titles);
          expect(text).toBe(`${JSON.stringify(JSON.parse(text), undefined, 2)}\n`);
          expect(editRegistry('index.json', text, () => [])).toBe(text);
        },
      ),
    );
  });
});

describe('tasks', () => {
  it('are numbered after the highest, are found by id or slug, and get each run once', () => {
    expect(nextId(['0003', 'prd-0012', 'x'])).toBe('0013');
    expect(nextId([])).toBe('0001');
    const { text } = addTask('', { title: 'Some work' });
    const run = addTaskRun(addTaskRun(text, 'some-work', '01J'), '0001', '01J');
    expect(findTask(read(run), 'some-work').runs).toEqual(['01J']);
  });

  it('note where assets were used, each use once, and forget what was rolled back, in the words of the file', () => {
    const at = '2026-11-22T10:00:00.000Z';
    const inRun = { id: 'var-to-const-let', version: '1.0.0', at, run: '01J' };
    const byHand = { id: 'var-to-const-let', version: '1.0.0', at, application: '01K' };
    const bare = addTask(addTask('', { title: 'Some work' }).text, { title: 'Other work' }).text;
    const noted = addAssetUses(bare, 'some-work', [inRun, byHand, byHand]);
    expect(findTask(read(noted), '0001').assets).toEqual([inRun, byHand]);
    expect(addAssetUses(noted, '0001', [{ ...inRun, at: '2026-11-23T10:00:00.000Z' }])).toBe(noted);
    const compact = noted.replace(/\{\s*"id": "var-to-const-let",[^}]*"run": "01J"\s*\}/, JSON.stringify(inRun));
    const newer = addAssetUses(compact, '0001', [{ ...inRun, version: '1.1.0' }]);
    expect(newer).toContain(JSON.stringify(inRun));
    expect(usesOfAsset(read(newer), 'var-to-const-let').map(({ version, task: of }) => [version, of])).toEqual([
      ['1.0.0', '0001'],
      ['1.0.0', '0001'],
      ['1.1.0', '0001'],
    ]);
    expect(usesOfAsset(read(newer), 'other')).toEqual([]);
    expect(read(removeAssetUses(newer, '01K')).items[0]?.assets).toEqual([inRun, { ...inRun, version: '1.1.0' }]);
    expect(removeAssetUses(addAssetUses(bare, '0002', [byHand]), '01K')).toBe(bare);
    expect(removeAssetUses(newer, '01L')).toBe(newer);
    expect(() => addAssetUses(bare, '0009', [inRun])).toThrow(expect.objectContaining({ code: 'entry-unknown' }));
  });
});

describe('a spec', () => {
  const registered = registerSpec('', spec);

  it('is registered with what its file says, but neither reviewed nor approved by that', () => {
    expect(read(registered).specs).toMatchObject([
      { id: '0001', path: spec.path, covers: ['packages/core/**'], sha256: contentSha256(spec.text), approvals: [] },
    ]);
    expect(read(registered).specs[0]?.last_review).toBeUndefined();
    expect(registerSpec(registered, spec)).toBe(registered);
    const moved = { ...spec, text: spec.text.replace('core', 'cli') };
    expect(read(registerSpec(registered, moved)).specs).toMatchObject([{ covers: ['packages/cli/**'] }]);
    expect(() => registerSpec(registered, { ...spec, path: 'tasks/specs/b.md' })).toThrow(
      expect.objectContaining({ code: 'entry-exists' }),
    );
    expect(() => registerSpec('', file('tasks/specs/a.md', '# A'))).toThrow(
      expect.objectContaining({ code: 'spec-unusable' }),
    );
    expect(() => registerSpec('', file('docs/a.md', spec.text))).toThrow(
      expect.objectContaining({ code: 'spec-misplaced' }),
    );
  });

  it('is reviewed: the date in both files, and a record of who looked at which content', () => {
    const record = newReview(spec, { by: bob, at, channel: 'cli' });
    const changed = reviewSpec(registered, spec, record);
    expect(changed.spec).toBe(spec.text.replace('2026-11-20', '2026-11-22'));
    expect(read(changed.registry).specs).toMatchObject([
      {
        last_review: '2026-11-22',
        reviews: [{ by: bob, last_review: '2026-11-22', sha256: contentSha256(spec.text) }],
        approvals: [],
      },
    ]);
  });

  it('is approved and rejected for the content that it has, and for no other', () => {
    const draft = file(spec.path, newSpec(miniSpec()));
    const deciding = { decision: 'approved', by: ada, at, channel: 'cli', justification: 'Good.' } as const;
    const approved = decideSpec(registerSpec('', draft), draft, newSpecApproval(draft, deciding));
    expect(parseSpec(approved.spec).spec).toMatchObject({ status: 'approved', last_review: '2026-11-22' });
    expect(contentSha256(approved.spec)).toBe(contentSha256(draft.text));
    expect(read(approved.registry).specs).toMatchObject([
      { status: 'approved', last_review: '2026-11-22', approvals: [{ by: ada }] },
    ]);

    const after = file(spec.path, approved.spec);
    const rejected = decideSpec(
      approved.registry,
      after,
      newSpecApproval(after, { ...deciding, decision: 'rejected', by: bob }),
    );
    expect(read(rejected.registry).specs).toMatchObject([
      { status: 'rejected', approvals: [{ by: ada }, { by: bob }] },
    ]);

    const edited = file(spec.path, `${approved.spec}More.\n`);
    expect(() => decideSpec(approved.registry, edited, newSpecApproval(after, deciding))).toThrow(/not the content/);
  });
});

describe("the registry's file", () => {
  let folder: string;
  beforeEach(async () => {
    folder = await mkdtemp(path.join(os.tmpdir(), 'spec-guard-registry-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));
  const place = () => path.join(folder, 'index.json');
  const lock = () => path.join(folder, 'lock');

  it('loses nothing of what many write at the same time', async () => {
    const ids = Array.from({ length: 12 }, (_one, index) => `t${index}`);
    await Promise.all(
      ids.map((id) =>
        updateRegistry(place(), (text) => addTask(text, { title: id, id }).text, { lock: lock(), patienceMs: 60_000 }),
      ),
    );
    expect(new Set(read(await readFile(place(), 'utf8')).items.map(({ id }) => id))).toEqual(new Set(ids));
  });

  it('tries again with what an editor wrote meanwhile', async () => {
    await writeFile(place(), EMPTY_REGISTRY);
    let tries = 0;
    const text = await updateRegistry(
      place(),
      async (before) => {
        tries += 1;
        if (tries === 1) await writeFile(place(), addTask(before, { title: 'By hand', id: 'hand' }).text);
        return addTask(before, { title: 'By us', id: 'us' }).text;
      },
      { lock: lock() },
    );
    expect(tries).toBe(2);
    expect(read(text).items.map(({ id }) => id)).toEqual(['hand', 'us']);
  });

  it('gives up, and writes nothing, when an editor never stops', async () => {
    let writes = 0;
    const change = async (before: string) => {
      writes += 1;
      await writeFile(place(), `${EMPTY_REGISTRY}${' '.repeat(writes)}`);
      return addTask(before, { title: 'A' }).text;
    };
    await expect(updateRegistry(place(), change, { lock: lock() })).rejects.toMatchObject({ code: 'registry-busy' });
    expect(await readFile(place(), 'utf8')).toBe(`${EMPTY_REGISTRY}${' '.repeat(writes)}`);
  });

  it('is as it was when the change throws', async () => {
    await writeFile(place(), '{');
    await expect(
      updateRegistry(place(), (text) => addTask(text, { title: 'A' }).text, { lock: lock() }),
    ).rejects.toMatchObject({ code: 'registry-broken' });
    expect(await readFile(place(), 'utf8')).toBe('{');
  });

  it('is not followed where it is a link', async () => {
    await symlink('/etc/hostname', place());
    await expect(updateRegistry(place(), () => '', { lock: lock() })).rejects.toMatchObject({
      code: 'registry-unreadable',
    });
  });
});
