import * as fc from 'fast-check';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, it } from 'vitest';
import { userGit } from '../../test/git-fixture.js';
import { IntegrationWorld, type MadeRun } from '../../test/integration-world.js';

const lines = (count: number): string[] => Array.from({ length: count }, (_, at) => `line ${at}`);
const base = { a: lines(12), b: lines(12) };

const edit = fc.record({
  file: fc.constantFrom('a' as const, 'b' as const),
  line: fc.nat({ max: 11 }),
  word: fc.constantFrom('x', 'y'),
  isRed: fc.boolean(),
});

const edited = ({ file, line, word }: { file: 'a' | 'b'; line: number; word: string }): string =>
  `${base[file].map((text, at) => (at === line ? word : text)).join('\n')}\n`;

it('every run has an outcome, and the branch is what applying the integrated ones one by one makes', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 4 }), async (edits) => {
      const world = await IntegrationWorld.make({ a: `${base.a.join('\n')}\n`, b: `${base.b.join('\n')}\n` });
      const runs: MadeRun[] = [];
      for (const [at, one] of edits.entries())
        runs.push(
          await world.approvedRun(`run ${at}`, {
            [one.file]: edited(one),
            ...(one.isRed ? { [`bad-${at}`]: 'x\n' } : {}),
          }),
        );
      world.services = {
        runTests: ({ workspace }) => {
          const passed = !readdirSync(workspace.tree).some((name) => name.startsWith('bad-'));
          return Promise.resolve({ passed, commands: [], reason: null });
        },
      };
      const record = await world.integrate(runs);
      expect(record.runs.map(({ runId }) => runId)).toEqual(runs.map(({ runId }) => runId));
      for (const [at, { outcome }] of record.runs.entries()) {
        expect(['integrated', 'already-there', 'conflict', 'red']).toContain(outcome);
        if (edits[at]?.isRed) expect(['red', 'conflict']).toContain(outcome);
      }
      const integrated = record.runs.flatMap(({ outcome, commit }, at) => {
        const run = runs[at];
        return outcome === 'integrated' && run && commit !== null ? [{ run, commit }] : [];
      });
      if (record.tip === null) {
        expect(integrated).toEqual([]);
        return;
      }
      const built = record.held ?? 'codex-orch/integration/it';
      const order = world.git('rev-list', '--reverse', `main..${built}`).trim().split('\n');
      expect(new Set(order)).toEqual(new Set(integrated.map(({ commit }) => commit)));
      const checkout = path.join(world.folder, 'one-by-one');
      userGit(world.folder, 'clone', '-q', world.root, checkout);
      for (const commit of order) {
        const run = integrated.find((one) => one.commit === commit)?.run;
        if (!run) throw new Error('a commit of nobody');
        userGit(checkout, 'fetch', '-q', run.clone, 'HEAD');
        userGit(checkout, 'cherry-pick', run.commit);
      }
      const tree = world.git('rev-parse', `${built}^{tree}`);
      expect(userGit(checkout, 'rev-parse', 'HEAD^{tree}')).toBe(tree);
    }),
    { numRuns: 4 },
  );
});
