import path from 'node:path';
import { type AssetOffer, checkOptions, defaultConfig } from '@codex-orch/core';
import { digestModule } from '@codex-orch/learning-library';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { Shelf } from '../src/compose/asset/shelf.js';
import { addTemplate, makeIndex, makeOldWorld, type MoreOfAsset } from './asset-index.js';
import type { World } from './world.js';

const { signal } = new AbortController();

let world: World;
let index: string;
let notes: string[];

beforeEach(async () => {
  world = await makeOldWorld();
  index = await makeIndex(world.root);
  notes = [];
});
afterEach(async () => {
  await world[Symbol.asyncDispose]();
});

const shelf = (offer = defaultConfig.assets.offer): Shelf =>
  new Shelf({
    config: { offer, indexes: [index] },
    ownIndex: undefined,
    checkApproval: async () => undefined,
    onUnusable: (id, why) => notes.push(`${id}: ${why}`),
  });
const offered = async (goal: string): Promise<readonly AssetOffer[]> =>
  shelf().offers({ root: world.repo, goal, signal });
const ids = async (goal: string): Promise<readonly string[]> => (await offered(goal)).map(({ id }) => id);

describe('a codemod is offered', () => {
  it.each([
    ['for its words, where it has something to do', 'rename oldName', ['rename-old']],
    ['for the files that the goal names, where it would change them', 'Tidy up src/b.js', ['rename-old']],
    ['for a folder that the goal names', 'Tidy up ./src/.', ['rename-old']],
    ['not for files in which it finds its text and changes nothing', 'Tidy up src/c.js', []],
    ['not for a goal that is about something else', 'Sum many numbers', []],
  ])('%s', async (_why, goal, wanted) => {
    expect(await ids(goal)).toEqual(wanted);
    expect(world.git('status', '--porcelain')).toBe('');
  });

  it('for words first, then for files, and for neither where it is not proven', async () => {
    await makeIndex(world.root, { title: 'Other', whenToUse: 'Elsewhere.', status: 'candidate', approvals: [] });
    expect(await ids('Tidy up src/b.js')).toEqual([]);
    expect(notes).toEqual([]);
  });

  it('as a candidate where that is allowed, unless its evaluation failed or was of other code', async () => {
    const candidate: MoreOfAsset = { status: 'candidate', approvals: [] };
    const offers = async (): Promise<readonly string[]> =>
      (await shelf('candidate').offers({ root: world.repo, goal: 'rename oldName', signal })).map(({ id }) => id);
    await makeIndex(world.root, { ...candidate, evaluation: undefined });
    expect(await offers()).toEqual(['rename-old']);
    const evaluation = { version: '1.0.0', assetSha256: 'a'.repeat(64), passed: true, at: '2026-01-01T00:00:00.000Z' };
    await makeIndex(world.root, { ...candidate, evaluation });
    expect(await offers()).toEqual([]);
    const assetSha256 = await digestModule(path.join(world.root, 'patterns/assets/rename-old.mjs'));
    const failed = { ...evaluation, assetSha256, passed: false, failedOn: ['small'] };
    await makeIndex(world.root, { ...candidate, evaluation: failed });
    expect(await offers()).toEqual([]);
    expect(notes).toEqual([
      'rename-old: its code is not the one that was evaluated',
      'rename-old: its evaluation failed on small',
    ]);
    // Approved as it is, it is not proven all the same.
    await makeIndex(world.root, { evaluation: failed });
    expect(await ids('rename oldName')).toEqual([]);
    expect(notes.at(-1)).toBe('rename-old: its evaluation failed on small');
  });
});

describe('a template', () => {
  const options = { subject: 'Capable people', areas: ['data'] };
  const use = ({ id, version, digest }: AssetOffer, more = options) => ({
    id,
    version,
    digest,
    options: more,
    root: world.repo,
    key: 'k',
    signal,
  });

  it('is offered to a goal that calls it by its name, and rendered as new files, the same each time', async () => {
    await addTemplate(index, 'review-checklist');
    expect(await ids('Review the list of refunds')).toEqual([]);
    const [offer] = await offered('Write the review checklist of refunds');
    expect(offer).toMatchObject({ id: 'review-checklist', kind: 'template', version: '0.1.0' });
    // What the planner's answer is checked with must take what the template takes.
    checkOptions(offer!, options);
    expect(() => checkOptions(offer!, { areas: ['data'] })).toThrow('subject');

    const file = 'reviews/capable-people.md';
    expect(await shelf().apply(use(offer!))).toEqual({
      applicationId: 'k',
      digest: offer!.digest,
      changed: [file],
      declined: [],
      failures: [],
    });
    expect(await world.read(file)).toContain('# Review: Capable people');

    await world.write({ [file]: 'My notes.\n' });
    await expect(shelf().apply(use(offer!))).rejects.toMatchObject({ code: 'file-exists' });
    expect(await world.read(file)).toBe('My notes.\n');
    const inGit = { ...options, path: '.git/hooks/pre-commit' };
    await expect(shelf().apply(use(offer!, inGit))).rejects.toMatchObject({ code: 'asset-options-invalid' });
    await expect(shelf().apply({ ...use(offer!), digest: 'e'.repeat(64) })).rejects.toMatchObject({
      code: 'asset-changed',
    });
  });

  it('is not offered where nobody approved it, or its code is of others', async () => {
    await addTemplate(index, 'review-checklist', { approvals: [] });
    expect(await ids('Write the review checklist of refunds')).toEqual([]);
    expect(notes).toEqual(['review-checklist: no human has approved this code']);

    notes.length = 0;
    index = await makeIndex(path.join(world.root, 'second'));
    await addTemplate(index, 'review-checklist', { package: './assets', module: './rename-old.mjs' });
    expect(await ids('Write the review checklist of refunds')).toEqual([]);
    expect(notes.join()).toContain('is not rendered in a goal: its code is not the one of this program');
  });
});
