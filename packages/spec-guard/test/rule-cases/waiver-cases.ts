import { formatLine, genesis } from '../override-log.js';
import { commit, file, policyFile, world } from '../world.js';
import { baseline, good, type RuleCases, specPath } from './rule-cases.js';

const debt = { fingerprint: '0'.repeat(32), code: 'SG003', path: specPath, message: 'old' };
const log = (...lines: object[]) => file('tasks/guard-overrides.jsonl', formatLine(genesis, lines));
const override = { rule: 'SG003', reason: 'moving', expires: '2026-12-01' };

export const waiverCases: Readonly<Record<string, RuleCases>> = {
  SG017: {
    failing: {
      expired: {
        input: world({
          specs: [file(specPath, `${good.spec.text}<!-- spec-guard-disable SG003 until=2026-11-21 away -->\n`)],
        }),
        says: /expired on 2026-11-21/,
        at: `${specPath}:13:-`,
      },
      'without a date': {
        input: world({ specs: [file(specPath, `${good.spec.text}<!-- spec-guard-disable SG003 away -->\n`)] }),
        says: /until=YYYY-MM-DD/,
      },
      'for a rule that may not be': {
        input: world({
          specs: [file(specPath, `${good.spec.text}<!-- spec-guard-disable SG007 until=2026-12-01 away -->\n`)],
        }),
        says: /SG007 \(approval-stale\) may not be suppressed/,
      },
      'for too long': {
        input: world({ marked: [file('packages/core/run.ts', '# spec-guard-disable SG003 until=2036-12-01 away\n')] }),
        says: /90 are allowed/,
      },
    },
    passing: {
      'in force': world({
        specs: [file(specPath, `${good.spec.text}<!-- spec-guard-disable SG003 until=2026-12-01 away -->\n`)],
      }),
      'prose about it': world({ specs: [file(specPath, `${good.spec.text}Write \`spec-guard-disable\`.\n`)] }),
    },
  },
  SG018: {
    failing: {
      'a log that was edited': {
        input: world({
          head: { overrides: file('tasks/guard-overrides.jsonl', log(override).text.replace('moving', 'resting')) },
        }),
        says: /sum does not match/,
        at: 'tasks/guard-overrides.jsonl:1:-',
      },
      'a log that lost an entry': {
        input: world({ base: { overrides: log(override, override) }, head: { overrides: log(override) } }),
        says: /changed or taken away/,
      },
      'a log that was taken away': {
        input: world({ base: { overrides: log(override) }, head: { overrides: undefined } }),
        says: /taken away/,
      },
      'a rule that does not exist': {
        input: world({ commits: [commit('Fix\n\nSpec-Override: SG999 because')] }),
        says: /there is no rule "SG999"/,
        severity: 'warning',
      },
      'no reason': {
        input: world({ commits: [commit('Fix\n\nSpec-Override: SG003')] }),
        says: /RULE reason/,
        severity: 'warning',
      },
      'no trailer': {
        input: world({ commits: [commit('Fix\n\nSpec-Override: SG003 really\n\nand more')] }),
        says: /last paragraph/,
        severity: 'warning',
      },
      'too few approvers': {
        input: world({
          head: { overrides: log({ ...override, approvers: [{ name: 'Ada', email: 'ada@example.org' }] }) },
          base: { policy: policyFile({ overrides: { default: { quorum: 1 } } }) },
        }),
        says: /1 people have to approve it, and nobody did/,
        severity: 'warning',
      },
    },
    passing: {
      'a log': world({ head: { overrides: log(override) } }),
      'an approver who is not the author': world({
        head: { overrides: log({ ...override, approvers: [{ name: 'Bob', email: 'bob@example.org' }] }) },
        base: { policy: policyFile({ overrides: { default: { quorum: 1 } } }) },
      }),
      'entries that are added': world({
        base: { overrides: log(override) },
        head: { overrides: log(override, override) },
      }),
    },
  },
  SG019: {
    failing: {
      'a new entry': {
        input: world({ base: { baseline: baseline() }, head: { baseline: baseline(debt) } }),
        says: /grew by 1 entry/,
      },
    },
    passing: {
      'fewer entries': world({ base: { baseline: baseline(debt) }, head: { baseline: baseline() } }),
      'the change that adopts the guard': world({ base: { index: undefined }, head: { baseline: baseline(debt) } }),
    },
  },
};
