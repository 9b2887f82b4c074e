import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addedLines, pathOfHeader } from './added-lines.js';
import { deceptivePlaces } from './deceptive-places.js';
import { linesOfFile } from './lines.js';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const diff = `diff --git a/src/a.js b/src/a.js
index 111..222 100644
--- a/src/a.js
+++ b/src/a.js
@@ -1,2 +1,3 @@ function x
 kept
--- a/not-a-header
+++ b/not-a-header
+last
\\ No newline at end of file
@@ -10 +11,2 @@
 same
+far
diff --git a/image.png b/image.png
GIT binary patch
literal 3
+abc

diff --git a/old b/old
--- a/old
+++ /dev/null
@@ -1 +0,0 @@
-gone
`;

it('gives what a diff adds with its place, and takes no line for a header', async () => {
  expect(await all(addedLines(diff.split('\n')))).toEqual([
    { file: 'src/a.js', line: 2, text: '++ b/not-a-header' },
    { file: 'src/a.js', line: 3, text: 'last' },
    { file: 'src/a.js', line: 12, text: 'far' },
  ]);
});

it.each([
  ['b/plain.js', 'plain.js'],
  ['b/with space.js\t', 'with space.js'],
  ['"b/quo\\"te \\\\ \\303\\274\\n.js"', 'quo"te \\ ü\n.js'],
])('reads the name in the header %s', (header, name) => {
  expect(pathOfHeader(header)).toBe(name);
});

describe('deceptive places', () => {
  const adds = (...lines: readonly string[]): string[] => [
    '--- /dev/null',
    '+++ b/src/x.js',
    `@@ -0,0 +1,${lines.length} @@`,
    ...lines.map((line) => `+${line}`),
  ];

  it('are lines with hidden or reordering characters, and names with them', async () => {
    const text = adds('fine', 'if (user\u202e != admin)', 'hidden\u200b', 'tag\u{e0041}', 'window.x\u001b[2J');
    expect(await all(deceptivePlaces(text, ['src/x.js', 'src/\u202egpj.exe']))).toEqual([
      'src/\u202egpj.exe',
      'src/x.js:2',
      'src/x.js:3',
      'src/x.js:4',
      'src/x.js:5',
    ]);
  });

  it('are not other scripts, emoji, Windows lines, tabs, or a byte order mark', async () => {
    const text = adds('\ufeffmark', '日本語 العربية ⚠️ 👩‍💻', 'windows\r', '\ttab');
    expect(await all(deceptivePlaces(text, ['src/x.js']))).toEqual([]);
  });
});

it('the lines of a file are whole, wherever its chunks are cut, and only newlines end them', async () => {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'lines-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const file = path.join(folder, 'text');
  const lines = ['ü'.repeat(40_001), 'a\rb\u2028c', '', '日'.repeat(30_000), 'no newline at the end'];
  await writeFile(file, lines.join('\n'));
  expect(await all(linesOfFile(file))).toEqual(lines);
});
