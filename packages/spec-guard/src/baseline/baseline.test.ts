import { describe, expect, it } from 'vitest';
import { codesOf, file, goodSpec, indexFile, specFile, world, type World } from '../../test/world.js';
import { checkSpecs } from '../check/check-specs.js';
import { baselineOf, formatBaseline, shrinkBaseline } from './baseline.js';
import { parseBaseline } from './parse-baseline.js';

const old = goodSpec({ last_review: '2026-01-01' });
const debtor = (rest: World = {}) =>
  world({ specs: [old.spec], index: indexFile([old.entry]), changes: undefined, ...rest });
const baseline = baselineOf(checkSpecs(debtor()));
const paper = file('tasks/guard-baseline.json', formatBaseline(baseline));

describe('a baseline', () => {
  it('records what fails, and lets that through from then on', () => {
    expect(baseline.findings).toMatchObject([{ code: 'SG003', path: old.spec.path }]);
    expect(parseBaseline(paper)).toEqual({ value: baseline, problems: [] });
    const report = checkSpecs(debtor({ base: { baseline: paper } }));
    expect(report).toMatchObject({ clean: true, waived: [{ code: 'SG003', waiver: { by: 'baseline' } }] });
  });

  it('knows its debt again on another day and another line', () => {
    const moved = { ...old.spec, text: old.spec.text.replace('---\n', '---\n# a note\n') };
    const later = debtor({ specs: [moved], at: Date.UTC(2027, 1, 1), base: { baseline: paper } });
    expect(checkSpecs(later).waived.map(({ code }) => code)).toEqual(['SG003']);
  });

  it('lets nothing else through', () => {
    const other = specFile({ id: '0002', last_review: '2026-01-01' });
    const input = debtor({ specs: [old.spec, other], base: { baseline: paper } });
    expect(codesOf(checkSpecs(input))).toEqual(['SG002', 'SG003']);
  });

  it('of the change itself lets nothing through, unless the change adopts the guard', () => {
    const head = { baseline: paper };
    expect(codesOf(checkSpecs(debtor({ base: { baseline: undefined }, head })))).toEqual(['SG019', 'SG003']);
    expect(checkSpecs(debtor({ base: { baseline: undefined, index: undefined }, head })).clean).toBe(true);
  });

  it('only gets smaller', () => {
    const paid = checkSpecs(world({ changes: undefined, base: { baseline: paper } }));
    expect(shrinkBaseline(baseline, paid).findings).toEqual([]);
    const still = checkSpecs(debtor({ base: { baseline: paper } }));
    expect(shrinkBaseline(baseline, still)).toEqual(baseline);
    expect(shrinkBaseline({ schemaVersion: 1, findings: [] }, still).findings).toEqual([]);
    expect(baselineOf(still)).toEqual(baseline);
  });
});
