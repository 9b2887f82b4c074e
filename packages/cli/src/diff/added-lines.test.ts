import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { addedLines, pathOfHeader } from './added-lines.js';
import { deceptivePlaces } from './deceptive-places.js';
import { type Line, linesOfFile } from './lines.js';

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const whole = (lines: readonly string[]): Line[] => lines.map((text) => ({ text, isRest: false }));

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
  expect(await all(addedLines(whole(diff.split('\n'))))).toEqual([
    { file: 'src/a.js', line: 2, text: '++ b/not-a-header', isRest: false },
    { file: 'src/a.js', line: 3, text: 'last', isRest: false },
    { file: 'src/a.js', line: 12, text: 'far', isRest: false },
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
    expect(await all(deceptivePlaces(whole(text), ['src/x.js', 'src/\u202egpj.exe']))).toEqual([
      'src/\u202egpj.exe',
      'src/x.js:2',
      'src/x.js:3',
      'src/x.js:4',
      'src/x.js:5',
    ]);
  });

  it('are not other scripts, emoji, Windows lines, tabs, or a byte order mark', async () => {
    const text = adds('\ufeffmark', '日本語 العربية ⚠️ 👩‍💻', 'windows\r', '\ttab');
    expect(await all(deceptivePlaces(whole(text), ['src/x.js']))).toEqual([]);
  });
});

describe('the lines of a file', () => {
  const read = async (lines: readonly string[]): Promise<Line[]> => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'lines-'));
    onTestFinished(() => rm(folder, { recursive: true }));
    const file = path.join(folder, 'text');
    await writeFile(file, lines.join('\n'));
    return all(linesOfFile(file));
  };

  it('are whole, wherever its chunks are cut, and only newlines end them', async () => {
    const lines = ['ü'.repeat(40_001), 'a\rb\u2028c', '', '日'.repeat(30_000), 'no newline at the end'];
    expect(await read(lines)).toEqual(whole(lines));
  });

  it('come in pieces when they are too long to be held, and lose nothing', async () => {
    const long = ['x'.repeat(1_000_000), '日本⚠️👩‍💻'.repeat(200_000), '\u200d'.repeat(400_000)];
    const pieces = await read(['first', ...long, 'last']);
    for (const { text } of pieces) expect(text.length).toBeLessThan(256 * 1024);
    const joined: string[] = [];
    for (const { text, isRest } of pieces) joined.push(isRest ? `${joined.pop() ?? ''}${text}` : text);
    expect(joined).toEqual(['first', ...long, 'last']);
  });

  it('are added, and deceive, in pieces as they do whole', async () => {
    const emoji = '👩‍💻⚠️ é 日本'.repeat(100_000);
    const added = ['+++ b/x', '@@ -1 +1,4 @@', ` ${emoji}`, `+${emoji}`, `+${emoji}\u202e`, '+end'];
    const lines = await read(added);
    const numbers = (await all(addedLines(lines))).map(({ line }) => line);
    expect([...new Set(numbers)]).toEqual([2, 3, 4]);
    expect(numbers.length).toBeGreaterThan(10);
    expect(await all(deceptivePlaces(lines, []))).toEqual(['x:3']);
  });
});
