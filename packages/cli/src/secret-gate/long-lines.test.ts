import { createHash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { findSecrets } from './find-secrets.js';

let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(path.join(os.tmpdir(), 'long-lines-'));
});

afterEach(async () => {
  await rm(dir, { recursive: true, force: true });
});

/** Put together here, so that no scanner takes this file for a leak. */
const token = `ghp_${'1a2B3c4D5e6F7g8H9i0J'.repeat(2).slice(0, 36)}`;

it('finds a token in a line that is too long to be held, wherever the line is cut', async () => {
  // Some of these lie over a cut, and one over the end of what is searched at once.
  const step = 40_000;
  const line = Array.from({ length: 200 }, () => `${' x'.repeat(step / 2 - 21)} ${token} `).join('');
  const diff = `--- a/x\n+++ b/x\n@@ -1 +1,2 @@\n kept\n+${line}\n`;
  await writeFile(path.join(dir, 'diff.patch'), diff);
  const sha256 = createHash('sha256').update(diff).digest('hex');
  const artifact = { kind: 'diff', path: 'diff.patch', sha256, bytes: diff.length } as const;
  const findings = await findSecrets({
    dir,
    artifacts: new Map([['diff.patch', artifact]]),
    diffSha256: sha256,
  });
  expect(findings).toEqual([{ file: 'x', line: 2, rule: 'github' }]);
});
