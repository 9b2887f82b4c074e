import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CheckFinding } from './code-check.js';
import { compareFindings } from './compare-findings.js';
import { parseFindings } from './parse-findings.js';

const at = (line: number, message = 'm', path = 'a.ts'): CheckFinding => ({ path, line, code: 'c', message });

describe('the findings of a check', () => {
  it('are read from what tsc prints, with those about the whole project', () => {
    const printed = [
      "src/a.ts(3,5): error TS2322: Type 'string' is not assignable to type 'number'.",
      '  Explained on a line of its own.',
      "error TS18003: No inputs were found in config file '/target/tsconfig.json'.",
      "/target/src/b (1).ts(1,1): error TS1005: ';' expected.",
    ].join('\r\n');
    expect(parseFindings({ kind: 'tsc' }, printed, '/target')).toEqual([
      { path: 'src/a.ts', line: 3, code: 'TS2322', message: "Type 'string' is not assignable to type 'number'." },
      { path: '', line: 0, code: 'TS18003', message: "No inputs were found in config file './tsconfig.json'." },
      { path: 'src/b (1).ts', line: 1, code: 'TS1005', message: "';' expected." },
    ]);
  });

  it('are read from the JSON of ESLint, and what is none is no report', () => {
    const message = { ruleId: 'no-var', line: 2, column: 1, severity: 2, message: 'Unexpected var.' };
    const printed = JSON.stringify([
      { filePath: '/target/lib/a.js', messages: [message, { ...message, ruleId: null }] },
    ]);
    expect(parseFindings({ kind: 'eslint-json' }, printed, '/target')).toEqual([
      { path: 'lib/a.js', line: 2, code: 'no-var', message: 'Unexpected var.' },
      { path: 'lib/a.js', line: 2, code: '', message: 'Unexpected var.' },
    ]);
    expect(parseFindings({ kind: 'eslint-json' }, 'Oops!', '/target')).toBeUndefined();
  });

  it('are read from lines by an expression', () => {
    const finding = '^(?<path>[^:]+):(?<line>\\d+):\\d+: (?<message>.*) \\((?<code>[WE]\\d+)\\)$';
    const printed = "\u001b[31mlib/a.js:2:1: 'const' is available in ES6. (W104)\u001b[0m\n\n1 warning\n";
    expect(parseFindings({ kind: 'lines', finding }, printed, '/target')).toEqual([
      { path: 'lib/a.js', line: 2, code: 'W104', message: "'const' is available in ES6." },
    ]);
  });
});

describe('findings before and after', () => {
  it('are the same where only their lines have moved', () => {
    expect(compareFindings([at(1), at(9)], [at(3), at(11)])).toEqual({ added: [], gone: 0 });
  });

  it('are told one by one: as many that are gone make up for none that is new', () => {
    expect(compareFindings([at(1, 'old')], [at(1, 'new')])).toEqual({ added: [at(1, 'new')], gone: 1 });
    expect(compareFindings([at(5)], [at(1), at(6)])).toEqual({ added: [at(1)], gone: 0 });
  });

  it('add up, however they repeat', () => {
    const findings = fc
      .array(fc.record({ message: fc.constantFrom('m', 'n'), line: fc.nat(9) }))
      .map((all) => all.map(({ message, line }) => at(line, message)));
    fc.assert(
      fc.property(findings, findings, (before, after) => {
        const { added, gone } = compareFindings(before, after);
        expect(before.length - gone + added.length).toBe(after.length);
        expect(compareFindings(after, before)).toMatchObject({ gone: added.length });
      }),
    );
  });
});
