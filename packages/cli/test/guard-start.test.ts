import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { expect, it } from 'vitest';

const dist = path.join(import.meta.dirname, '../dist');

/** The text of a built file and of all that is loaded with it. */
async function loadedWith(name: string, seen = new Map<string, string>()): Promise<Map<string, string>> {
  if (seen.has(name)) return seen;
  const text = await readFile(path.join(dist, name), 'utf8');
  seen.set(name, text);
  for (const [, next = ''] of text.matchAll(/(?:from|import)\s*"\.\/([\w-]+\.js)"/g)) await loadedWith(next, seen);
  return seen;
}

it('starts a check without a schema library and without a YAML parser, which take longer to load than a check takes', async () => {
  const main = await readFile(path.join(dist, 'main.js'), 'utf8');
  const [, guard = ''] = /import\("\.\/(guard-\w+\.js)"\)\)\.check/.exec(main) ?? [];
  const files = await loadedWith(guard, await loadedWith('main.js'));
  const text = [...files.values()].join('\n');
  expect(text).toContain('--batch-command');
  expect(text).not.toMatch(/\bZodError\b|\bZodType\b/);
  expect(text).not.toContain('parseAllDocuments');
  // They are there for what needs them.
  const fallbacks = [...text.matchAll(/import\("\.\/((?:schema-readers|read-yaml)-\w+\.js)"\)/g)];
  const later = await Promise.all(
    fallbacks.map(async ([, name = '']) => [...(await loadedWith(name)).values()].join()),
  );
  expect(later.some((one) => one.includes('ZodType'))).toBe(true);
  expect(later.some((one) => one.includes('parseAllDocuments'))).toBe(true);
});
