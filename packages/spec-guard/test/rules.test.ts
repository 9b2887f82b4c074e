import { describe, expect, it } from 'vitest';
import { checkSpecs, type CheckInput, explain, findRule, rules } from '../src/index.js';
import { ruleCases } from './rule-cases/index.js';

const found = (input: CheckInput, code: string) =>
  checkSpecs(input).findings.filter((finding) => finding.code === code);

describe.each(rules.map((rule) => [rule.code, rule.name, rule] as const))('%s %s', (code, _name, rule) => {
  const cases = ruleCases[code];

  it.each(Object.entries(cases?.failing ?? {}))('is found: %s', (_what, { input, says, severity, at, fix }) => {
    const [first, ...others] = found(input, code);
    expect(others).toEqual([]);
    expect(first).toMatchObject({ code, rule: rule.name, severity: severity ?? rule.severity });
    expect(first?.message).toMatch(says);
    expect(first?.why).not.toBe('');
    expect(first?.fingerprint).toMatch(/^[0-9a-f]{32}$/);
    if (at) expect(`${first?.path}:${first?.line ?? '-'}:${first?.column ?? '-'}`).toBe(at);
    if (fix) expect(first?.fix?.join(' ')).toBe(fix);
  });

  it.each(Object.entries(cases?.passing ?? {}))('is not found: %s', (_what, input) => {
    expect(found(input, code)).toEqual([]);
  });

  it('has a failing and a passing case', () => {
    expect(Object.keys(cases?.failing ?? {})).not.toEqual([]);
    expect(Object.keys(cases?.passing ?? {})).not.toEqual([]);
  });

  it('is explained, by its code and by its name', () => {
    expect(explain(code)).toContain(rule.what);
    expect(explain(rule.name)).toBe(explain(code.toLowerCase()));
    expect(rule.why.length + rule.example.length + rule.mend.length).toBeGreaterThan(90);
  });
});

describe('the table of rules', () => {
  it('numbers its rules without a gap, and names each once', () => {
    expect(rules.map(({ code }) => code)).toEqual(
      rules.map((_rule, index) => `SG${String(index + 1).padStart(3, '0')}`),
    );
    expect(new Set(rules.map(({ name }) => name)).size).toBe(rules.length);
  });

  it('knows no other', () => {
    expect(findRule('SG999')).toBeUndefined();
    expect(explain('no-such-rule')).toBeUndefined();
  });
});
