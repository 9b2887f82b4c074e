import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { checkSpecs } from '../check/check-specs.js';
import { file, indexFile, miniSpec, specText, world } from '../../test/world.js';
import { formatFrontMatter, newSpec } from '../template/new-spec.js';
import { type MiniSpec, specFields, specRisks, specStatuses } from './mini-spec.js';
import { parseSpec } from './parse-spec.js';
import { readPlain } from './read-plain.js';
import { readYaml } from './read-yaml.js';

const first = (text: string): string => {
  const { spec, problems } = parseSpec(text);
  expect(spec).toBeUndefined();
  const [problem] = problems;
  return `${problem?.line}:${problem?.column} ${problem?.message}`;
};

const front = (...lines: readonly string[]): string => `---\n${lines.join('\n')}\n---\n`;
const good = ['id: 1', 'title: A', 'status: draft', 'owners: [a]', 'covers: [a/**]'];

describe('front matter that is right', () => {
  it('is read with the place of every field', () => {
    const { spec, positions, problems } = parseSpec(specText());
    expect(problems).toEqual([]);
    expect(spec).toEqual(miniSpec());
    expect(positions.covers).toEqual({ line: 7, column: 9 });
  });

  it.each([
    ['a byte order mark', `\uFEFF${specText()}`],
    ['CRLF', specText().replaceAll('\n', '\r\n')],
    ['lists over several lines', specText().replace(/covers: .*/, "covers:\n  - 'packages/core/**'")],
    ['lists at the margin', specText().replace(/covers: .*/, 'covers:\n- packages/core/**')],
    ['comments', specText().replace('status: approved', '# who approved it?\nstatus: approved # since May')],
    ['double quotes and escapes', specText().replace('title: A spec', String.raw`title: "A \x73pec"`)],
    ['folded texts', specText().replace('title: A spec', 'title: >-\n  A\n  spec')],
    ['spaces after the dashes', specText().replace('---\n', '---  \n')],
    ['nothing after it', formatFrontMatter(miniSpec())],
  ])('is the same with %s', (_what, text) => {
    const { spec, problems } = parseSpec(text);
    expect(problems).toEqual([]);
    expect(spec).toEqual(miniSpec());
  });

  it('keeps numbers, dates and booleans as they are written', () => {
    const { spec } = parseSpec(front(...good.slice(2), 'id: 0012', 'title: no'));
    expect(spec).toMatchObject({ id: '0012', title: 'no' });
  });
});

describe('front matter that is wrong', () => {
  it.each([
    ['nothing', '', '1:1 it does not begin with front matter: a line of three dashes'],
    ['no front matter', '# A\n', '1:1 it does not begin with front matter: a line of three dashes'],
    ['no end', '---\nid: 1\n', '1:1 its front matter does not end: a second line of three dashes is missing'],
    ['no fields', '---\n---\n', '2:1 its front matter is empty'],
    ['a list', front('- a', '- b'), '2:1 its front matter is no list of "name: value" lines'],
    ['an anchor', front(...good.slice(1), 'id: &a 1'), '6:8 it uses an anchor, which front matter may not'],
    [
      'an alias',
      front(...good.slice(0, 3), 'owners: &o [a]', 'covers: *o'),
      '5:12 it uses an anchor, which front matter may not',
    ],
    ['a tag', front(...good.slice(1), 'id: !!binary AA=='), '6:14 it uses a tag, which front matter may not'],
    ['a field twice', front(...good, 'id: 2'), '7:1 map keys must be unique'],
    [
      'an unknown field',
      front(...good, 'reviewed: yes'),
      `7:1 "reviewed" is no field of a spec; the fields are ${specFields.join(', ')}`,
    ],
    ['a missing field', front(...good.slice(1)), '1:1 its field "id" is missing'],
    [
      'no review date once it is approved',
      front(...good).replace('draft', 'approved'),
      '1:1 its field "last_review" is missing',
    ],
    ['a list for a text', front(...good.slice(1), 'id: [1]'), '6:5 "id" is a list, not a text'],
    ['a map for a text', front(...good.slice(1), 'id: {a: b}'), '6:5 "id" is a mapping, not a text'],
    [
      'a list of lists',
      front(...good.slice(0, 4), 'covers: [[a]]'),
      '6:9 "covers" is a list of something else than texts, not a list',
    ],
    ['an empty text', front(...good.slice(1), 'id:'), '6:4 "id" is empty'],
    ['no owners', front(...good.slice(0, 3), 'owners: []', 'covers: []'), '5:9 "owners" is empty; name at least one'],
    [
      'a day that is none',
      front(...good, 'last_review: 2026-02-30'),
      '7:14 "2026-02-30" is no date of the form YYYY-MM-DD',
    ],
    ['a word for a day', front(...good, 'last_review: soon'), '7:14 "soon" is no date of the form YYYY-MM-DD'],
    [
      'a status that is none',
      front(...good).replace('draft', 'finished'),
      `4:9 "finished" is no status; use ${specStatuses.join(', ')}`,
    ],
    [
      'an absolute glob',
      front(...good.slice(0, 4), 'covers: [/etc]'),
      `6:10 "/etc" in "covers" cannot stand: it is absolute; paths are relative to the repository's root`,
    ],
    [
      'a glob that leaves',
      front(...good.slice(0, 4), "covers: ['a', '../b']"),
      '6:15 "../b" in "covers" cannot stand: it holds "." or ".." as a name',
    ],
    ['two documents', '---\nid: 1\n...\nid: 2\n---\n', '4:1 its front matter holds more than one YAML document'],
  ])('is told where it stands: %s', (_what, text, expected) => {
    expect(first(text)).toBe(expected);
  });

  it.each([
    ['is huge', `---\n${'a'.repeat(2 * 1024 * 1024)}`, /longer than 1048576/],
    ['does not end for long', `---\n${'# x\n'.repeat(5000)}---\n`, /within 16384 characters/],
    [
      'has a hundred anchors',
      front(
        'a: &a [x, x, x]',
        ...'bcdefghij'.split('').map((name, at) => `${name}: &${name} [${`*${'abcdefghi'[at]},`.repeat(9)}]`),
      ),
      /anchor/,
    ],
    ['is nested deeper than the stack', front(`id: ${'['.repeat(8000)}`), /./],
    ['is binary', `---\n${String.fromCharCode(...Array.from({ length: 300 }, (_one, at) => at % 32))}\n---\n`, /./],
  ])('is told and not swallowed when it %s', (_what, text, expected) => {
    expect(parseSpec(text).problems[0]?.message).toMatch(expected);
  });
});

const words = fc
  .string({ minLength: 1, maxLength: 30, unit: 'grapheme' })
  .filter((text) => !/[\p{Cc}\u2028\u2029]/u.test(text));
const id = fc.stringMatching(/^[A-Za-z0-9][A-Za-z0-9._-]{0,10}$/);
const name = fc.stringMatching(/^[A-Za-z0-9_@'" #:-][A-Za-z0-9_ -]{0,8}$/).filter((text) => !/^[A-Za-z]:/.test(text));
const glob = fc
  .tuple(fc.array(name, { minLength: 1, maxLength: 3 }), fc.constantFrom('', '/**', '/*.ts', '/**/*.{ts,js}'))
  .map(([names, end]) => names.join('/') + end);
const day = fc
  .date({ min: new Date('1971-01-01'), max: new Date('2999-01-01'), noInvalidDate: true })
  .map((date) => date.toISOString().slice(0, 10));
const anySpec: fc.Arbitrary<MiniSpec> = fc.record({
  id,
  title: words,
  status: fc.constantFrom(...specStatuses),
  relates_to: fc.array(id, { maxLength: 3 }),
  owners: fc.array(
    words.filter((text) => text.trim() !== ''),
    { minLength: 1, maxLength: 3 },
  ),
  covers: fc.array(glob, { maxLength: 3 }),
  last_review: day,
  risk: fc.constantFrom(...specRisks),
});

describe('any spec', () => {
  it('is read back as it was written', () => {
    fc.assert(
      fc.property(anySpec, (spec) => {
        expect(parseSpec(formatFrontMatter(spec))).toMatchObject({ spec, problems: [] });
      }),
    );
  });

  it('that the template makes is a draft that nobody reviewed', () => {
    fc.assert(
      fc.property(anySpec, ({ status: _status, last_review: _day, ...spec }) => {
        const expected = { ...spec, status: 'draft', last_review: undefined };
        expect(parseSpec(newSpec(spec))).toMatchObject({ spec: expected, problems: [] });
      }),
    );
  });
});

const line = fc.oneof(
  fc
    .tuple(
      fc.constantFrom(...specFields),
      fc.constantFrom(': ', ':', ' : ', ':  '),
      fc.oneof(
        words,
        id,
        day,
        fc.array(glob, { maxLength: 3 }).map((all) => `[${all.join(', ')}]`),
      ),
    )
    .map((parts) => parts.join('')),
  words,
  fc.constantFrom(
    '',
    '# note',
    '- a',
    '  - b',
    '- "c"',
    "'",
    '"',
    '[',
    '{',
    '&a',
    '*a',
    '!!x',
    '%YAML 1.1',
    '? x',
    '|',
    '>',
    '---',
    '...',
    '\t',
    'id: 1',
    'covers:',
  ),
);
// What people write into titles: of some of it YAML means more than it shows.
const title = fc
  .tuple(
    fc.constantFrom('', 'a'),
    fc.string({ unit: fc.constantFrom(...Array.from('abcdefgh01   ,;()&!?=<>~$^%*|#:-é@`[]{}\'"\\')), maxLength: 6 }),
  )
  .map(([start, text]) => `title: ${start}${text}`);
const lines = fc.array(line, { maxLength: 12 }).map((all) => all.join('\n'));

describe('whatever stands in front matter', () => {
  it('is read alike by both readers, where the fast one reads it at all', () => {
    let read = 0;
    fc.assert(
      fc.property(fc.oneof(lines, title), (text) => {
        const plain = readPlain(text, 2);
        if (!plain) return;
        read += 1;
        expect(readYaml(text, 2)).toEqual({ fields: plain, problems: [] });
      }),
      { numRuns: 6000 },
    );
    expect(read).toBeGreaterThan(500);
  });

  it('never throws, and is a spec or a finding', () => {
    const garbage = fc.oneof(
      fc.string(),
      fc.string({ unit: 'binary' }),
      lines,
      lines.map((text) => `---\n${text}\n---\n`),
      lines.map((text) => `\uFEFF---\r\n${text}\r\n---`),
    );
    fc.assert(
      fc.property(garbage, (text) => {
        const { spec, problems } = parseSpec(text);
        expect(spec === undefined).toBe(problems.length > 0);
        for (const problem of problems) {
          expect(problem.line).toBeGreaterThan(0);
          expect(problem.column).toBeGreaterThan(0);
          expect(problem.message).not.toBe('');
        }
        const { findings } = checkSpecs(
          world({ specs: [file('tasks/specs/x.md', text)], index: indexFile([]), changes: undefined }),
        );
        expect(findings.some(({ path }) => path === 'tasks/specs/x.md')).toBe(spec?.status !== 'retired');
      }),
      { numRuns: 500 },
    );
  });

  it('that is one edit away from a good spec never throws either', () => {
    const text = specText();
    fc.assert(
      fc.property(fc.nat(text.length), fc.nat(8), fc.string({ maxLength: 8 }), (at, cut, put) => {
        const { spec, problems } = parseSpec(text.slice(0, at) + put + text.slice(at + cut));
        expect(spec === undefined).toBe(problems.length > 0);
      }),
      { numRuns: 500 },
    );
  });
});
