import { mkdirSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { isSafeTarget } from './safe-entries.js';

it.each([
  ['link', 'file'],
  ['a/link', '../file'],
  ['a/b/link', '../../c/file'],
  ['link', './a//b'],
  ['a/link', '..'],
])('calls %s -> %s safe', (file, target) => {
  expect(isSafeTarget(file, target)).toBe(true);
});

it.each([
  ['link', '/etc'],
  ['link', '..'],
  ['a/link', '../../x'],
  ['a/link', 'b/../../x'],
  ['link', ''],
  ['link', '.git/config'],
  ['a/link', '../.Git'],
  ['link', 'x'.repeat(5000)],
])('calls %s -> %s unsafe', (file, target) => {
  expect(isSafeTarget(file, target)).toBe(false);
});

it('lets no set of safe links lead out of the tree together', async () => {
  const folder = await temporaryFolder();
  const root = path.join(folder, 'root');
  const name = fc.constantFrom('..', '.', 'a', 'b', 'one', 'two', 'three');
  const target = fc.array(name, { minLength: 1, maxLength: 5 }).map((names) => names.join('/'));
  const places = ['one', 'a/two', 'a/b/three'];
  fc.assert(
    fc.property(fc.tuple(target, target, target), (targets) => {
      mkdirSync(path.join(root, 'a/b'), { recursive: true });
      writeFileSync(path.join(root, 'a/a'), '');
      for (const [index, place] of places.entries()) {
        if (isSafeTarget(place, targets[index] ?? '')) symlinkSync(targets[index] ?? '', path.join(root, place));
      }
      for (const place of places) {
        let real = root;
        try {
          real = realpathSync(path.join(root, place));
        } catch {
          // It is missing, or goes in circles.
        }
        expect(real === root || real.startsWith(`${root}/`)).toBe(true);
      }
      rmSync(root, { recursive: true });
    }),
    { numRuns: 300 },
  );
});
