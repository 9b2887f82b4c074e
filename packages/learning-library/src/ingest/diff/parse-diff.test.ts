import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { applyHunks, sideOf } from './apply-hunks.js';
import type { FileDiff, HunkLine } from './file-diff.js';
import { parseDiff } from './parse-diff.js';

const lineText = fc.string({
  unit: fc.constantFrom('a', 'é', ' ', '-', '+', '\\', '@', '\r', '"', '\t'),
  maxLength: 12,
});

const hunkLines = fc
  .array(
    fc.record({ kind: fc.constantFrom('context', 'removed', 'added'), text: lineText, isUnended: fc.constant(false) }),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map((lines): HunkLine[] => lines as HunkLine[]);

const filePath = fc.stringMatching(/^[a-z é"\t]{1,8}$/).filter((path) => path.trim() !== '');

const file: fc.Arbitrary<FileDiff> = fc
  .record({
    status: fc.constant('modified'),
    path: filePath,
    isBinary: fc.constant(false),
    hunks: fc.array(fc.record({ oldStart: fc.nat(1e6), newStart: fc.nat(1e6), lines: hunkLines }), {
      minLength: 1,
      maxLength: 3,
    }),
    line: fc.constant(0),
  })
  .map(({ path, ...rest }) => ({ ...rest, oldPath: path, newPath: path }));

const quote = (path: string): string =>
  /[^ -~]|"/.test(path)
    ? `"${[...Buffer.from(path)].map((byte) => (byte === 34 ? '\\"' : byte === 9 ? '\\t' : byte > 126 ? `\\${byte.toString(8).padStart(3, '0')}` : String.fromCharCode(byte))).join('')}"`
    : path.includes(' ')
      ? `${path}\t`
      : path;

const signs = { context: ' ', removed: '-', added: '+' } as const;

function print(files: readonly FileDiff[]): string {
  return files
    .map(({ oldPath, newPath, hunks }) =>
      [
        `diff --git ${quote(`a/${oldPath ?? ''}`).trimEnd()} ${quote(`b/${newPath ?? ''}`).trimEnd()}`,
        'index 1234567..89abcde 100644',
        `--- ${quote(`a/${oldPath ?? ''}`)}`,
        `+++ ${quote(`b/${newPath ?? ''}`)}`,
        ...hunks.flatMap(({ oldStart, newStart, lines }) => [
          `@@ -${oldStart},${lines.filter(({ kind }) => kind !== 'added').length} +${newStart},${lines.filter(({ kind }) => kind !== 'removed').length} @@ f()`,
          ...lines.map(({ kind, text }) => signs[kind] + text),
        ]),
        '',
      ].join('\n'),
    )
    .join('');
}

it('reads every diff as it was written', () => {
  fc.assert(
    fc.property(fc.array(file, { maxLength: 4 }), (files) => {
      expect(parseDiff(print(files)).map((read) => ({ ...read, line: 0 }))).toEqual(files);
    }),
  );
});

it('ends on any text with files or with an error of its own', () => {
  const words = fc.constantFrom(
    'diff --git a/x b/x',
    '--- a/x',
    '+++ b/x',
    '@@ -1 +1 @@',
    '-a',
    '+b',
    ' c',
    'GIT binary patch',
    'literal 4',
    '"a\\',
    '\\ No newline',
    'rename from "',
  );
  fc.assert(
    fc.property(fc.array(fc.oneof(words, fc.string())), (lines) => {
      try {
        expect(Array.isArray(parseDiff(lines.join('\n')))).toBe(true);
      } catch (error) {
        expect(error).toMatchObject({ code: 'diff-syntax' });
      }
    }),
  );
});

it('reads a diff that was saved with CRLF as if it had not been', () => {
  fc.assert(
    fc.property(fc.array(file, { minLength: 1, maxLength: 3 }), (files) => {
      const text = print(files);
      const saved = text.replaceAll('\n', '\r\n');
      fc.pre(!text.includes('\r\n'));
      expect(parseDiff(saved)).toEqual(parseDiff(text));
    }),
  );
});

describe('a hunk', () => {
  const read = (...lines: string[]) =>
    parseDiff(['diff --git a/x b/x', '--- a/x', '+++ b/x', ...lines, ''].join('\n'))[0] as FileDiff;

  it('keeps carriage returns, and knows a last line without its newline', () => {
    const change = read('@@ -1,2 +1,2 @@', ' a\r', '-b\r', '\\ No newline at end of file', '+c');
    expect(applyHunks('a\r\nb\r', change)).toBe('a\r\nc\n');
    expect(sideOf(change.hunks[0]!, 'before')).toBe('a\r\nb\r');
  });

  it('that does not fit is not applied', () => {
    expect(applyHunks('other\n', read('@@ -1 +1 @@', '-a', '+b'))).toBeUndefined();
    expect(applyHunks('a\n', read('@@ -5 +5 @@', '-a', '+b'))).toBeUndefined();
  });

  it('into an empty file is applied', () => {
    expect(applyHunks('', read('@@ -0,0 +1,2 @@', '+a', '+b'))).toBe('a\nb\n');
    expect(applyHunks('a\nb\n', read('@@ -1,0 +2 @@', '+x'))).toBe('a\nx\nb\n');
  });

  it.each([
    [['@@ -1,3 +1 @@', '-a'], 'should go on for 2 lines before and 1 after'],
    [['@@ -1 +1,2 @@', '-a', '-b', '+c'], 'longer than its header says'],
    [['@@ nonsense @@'], 'the header of the hunk is damaged'],
  ])('%j is refused', (lines, reason) => {
    expect(() => read(...lines)).toThrow(reason);
  });
});

it('knows renames, new, deleted and binary files, and paths in quotes', () => {
  const files = parseDiff(
    [
      'commit 1234',
      '',
      '    message',
      '',
      'diff --git a/old name.js b/new name.js',
      'similarity index 90%',
      'rename from old name.js',
      'rename to new name.js',
      'diff --git "a/t\\303\\244b\\t.js" "b/t\\303\\244b\\t.js"',
      'new file mode 100644',
      'index 000..111',
      'diff --git a/gone b/gone',
      'deleted file mode 100644',
      'index 111..000',
      '--- a/gone',
      '+++ /dev/null',
      '@@ -1 +0,0 @@',
      '-x',
      'diff --git a/i.png b/i.png',
      'index 1..2 100644',
      'GIT binary patch',
      'literal 4',
      'LcmZQzWMT#Y01f~L',
      '',
      'literal 3',
      'KcmZQzWC{QP01f~L',
      '',
      'diff --git a/last b/last',
      'old mode 100644',
      'new mode 100755',
      '',
    ].join('\n'),
  );
  expect(files.map(({ status, oldPath, newPath, isBinary }) => [status, oldPath, newPath, isBinary])).toEqual([
    ['renamed', 'old name.js', 'new name.js', false],
    ['added', null, 'täb\t.js', false],
    ['deleted', 'gone', null, false],
    ['modified', 'i.png', 'i.png', true],
    ['modified', 'last', 'last', false],
  ]);
});

it('refuses the diff of a merge', () => {
  expect(() => parseDiff('diff --cc x\n@@@ -1 -1 +1 @@@\n')).toThrow('the diff of a merge');
});
