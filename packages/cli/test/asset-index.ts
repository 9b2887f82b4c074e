import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { type Asset, digestModule, locateModule } from '@codex-orch/learning-library';
import type { Scene } from '@codex-orch/replay';
import { sample, World } from './world.js';

/** Replaces `oldName` by `newName` where it is code, and leaves strings alone. */
const codemod = `export const codemod = {
  id: 'rename-old',
  prefilter: ['oldName'],
  transform({ source }, options = {}) {
    const declined = [];
    let changes = 0;
    const output = source.replaceAll(/(["'])?oldName/g, (text, quote, at) => {
      if (quote) {
        const before = source.slice(0, at).split('\\n');
        declined.push({ reason: 'in-a-string', message: 'It is in a string.', line: before.length, column: before.at(-1).length + 1 });
        return text;
      }
      changes += 1;
      return options.to ?? 'newName';
    });
    return { source: output, changes, declined };
  },
};
export default (file) => codemod.transform(file).source;
`;

export type MoreOfAsset = Partial<Pick<Asset, 'status' | 'approvals' | 'evaluation' | 'title' | 'whenToUse'>>;

/** A user's own index with one asset: `rename-old`, which was evaluated and approved as it is. */
export async function makeIndex(root: string, more: MoreOfAsset = {}): Promise<string> {
  const folder = path.join(root, 'patterns');
  const module = path.join(folder, 'assets', 'rename-old.mjs');
  await mkdir(path.dirname(module), { recursive: true });
  await writeFile(module, codemod);
  const code = await digestModule(module);
  const at = '2026-01-01T00:00:00.000Z';
  const asset: Asset = {
    id: 'rename-old',
    kind: 'codemod',
    version: '1.0.0',
    title: 'Renames oldName',
    whenToUse: 'Where oldName is to become newName everywhere.',
    package: './assets',
    module: './rename-old.mjs',
    optionsSchema: { type: 'object', properties: { to: { type: 'string' } }, additionalProperties: false },
    risk: 'low',
    languages: ['javascript'],
    safety: { class: 'guarded', declines: [{ reason: 'in-a-string', when: 'It is in a string.' }] },
    requires: {},
    prefilter: ['oldName'],
    rollback: '',
    provenance: { runs: [], digests: [] },
    proof: [],
    evaluation: { version: '1.0.0', assetSha256: code, passed: true, at },
    status: 'proven',
    approvals: [
      {
        subject: { kind: 'asset', id: 'rename-old', sha256: code },
        decision: 'approved',
        by: { actor: 'human', name: 'Ada Example', email: 'ada@example.org' },
        at,
        channel: 'cli',
        justification: '',
      },
    ],
    owner: 'ada',
    last_review: '2026-01-01',
    supersedes: [],
    adoption: [],
    ...more,
  };
  const file = path.join(folder, 'index.json');
  await writeFile(file, JSON.stringify({ schemaVersion: 1, assets: [asset] }));
  return file;
}

/** Adds a template of ours to an index: evaluated and approved as it is, or whatever else is said. */
export async function addTemplate(index: string, id: string, more: Partial<Asset> = {}): Promise<void> {
  const scope = path.join(path.dirname(index), 'node_modules', '@codex-orch');
  await mkdir(scope, { recursive: true });
  const own = path.resolve(import.meta.dirname, '../../../patterns/templates');
  await symlink(own, path.join(scope, 'templates'));
  const place = { id, package: '@codex-orch/templates', module: '.' };
  const code = await digestModule((await locateModule(place, path.dirname(index))).module);
  const { assets } = JSON.parse(await readFile(index, 'utf8')) as { assets: Asset[] };
  const [model] = assets;
  if (!model) throw new Error('the index is empty');
  const template: Asset = {
    ...model,
    id,
    kind: 'template',
    version: '0.1.0',
    title: 'Review checklist',
    whenToUse: 'When a diff is reviewed.',
    package: '@codex-orch/templates',
    module: '.',
    prefilter: [],
    ...(model.evaluation && { evaluation: { ...model.evaluation, version: '0.1.0', assetSha256: code } }),
    approvals: model.approvals.map((approval) => ({ ...approval, subject: { kind: 'asset', id, sha256: code } })),
    ...more,
  };
  await writeFile(index, JSON.stringify({ schemaVersion: 1, assets: [...assets, template] }));
}

/** A repository in which three files say `oldName`, one of them in a string. */
export const makeOldWorld = (): Promise<World> =>
  World.make({
    ...sample,
    'src/a.js': 'export const oldName = 1;\n',
    'src/b.js': "import { oldName } from './a.js';\nexport const b = oldName;\n",
    'src/c.js': "export const c = 'oldName';\n",
  });

type NamedAsset = { readonly id: string; readonly version: string | null; readonly options: string };

/** A planner that has the asset do the first subtask, and a builder the second. */
export const assetPlanner = (asset: Partial<NamedAsset> = {}, when: Scene['when'] = {}): Scene => ({
  scene: 'planner',
  when: { agent: 'You are the planner', ...when },
  steps: [
    {
      json: {
        summary: 'First the asset, then the rest.',
        subtasks: [
          {
            id: 'rename',
            title: 'Rename',
            instructions: 'Rename oldName to newName in code.',
            paths: [],
            asset: { id: 'rename-old', version: null, options: '{}', ...asset },
          },
          { id: 'strings', title: 'Strings', instructions: 'Rename it in strings too.', paths: [], asset: null },
        ],
      },
    },
  ],
});

/** What the builder does with the string that the asset left alone. */
export const inStrings = `*** Begin Patch
*** Update File: src/c.js
@@
-export const c = 'oldName';
+export const c = 'newName';
*** End Patch`;
