import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { beginPlan, evaluationBegunIn, type Plan } from './plan.js';

const begun = '2026-01-01T00:00:00.000Z';
const plan: Plan = {
  ...{ id: 'one', kind: 'assets', digest: 'd', what: 'targets', at: '2026-02-02T00:00:00.000Z' },
  ...{ resume: ['go', 'on'], asked: { scenario: 'mine' } },
};
const now = { kind: 'assets', resume: ['go', 'on'], asked: { scenario: 'mine' } };

it('notes of an evaluation that an earlier version began what it did not, where it is the same one', async () => {
  const dir = await temporaryFolder();
  const noted = { digest: 'd', startedAt: begun, resume: ['go', 'on', 'mine'] };
  await writeFile(path.join(dir, 'plan.json'), JSON.stringify(noted));
  const other = beginPlan(dir, { ...plan, digest: 'e' });
  await expect(other).rejects.toMatchObject({ code: 'eval-changed' });
  expect(await evaluationBegunIn(dir)).toMatchObject({ asked: undefined, resume: noted.resume });
  expect(await beginPlan(dir, plan)).toBe(begun);
  expect(await evaluationBegunIn(dir)).toEqual(now);
});

it('keeps what was asked for at the beginning', async () => {
  const dir = await temporaryFolder();
  await beginPlan(dir, { ...plan, at: begun });
  expect(await beginPlan(dir, { ...plan, resume: ['else'], asked: { scenario: 'else' } })).toBe(begun);
  expect(await evaluationBegunIn(dir)).toEqual(now);
});
