import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { file, modified, policyFile } from '../../test/world.js';
import { addedDependencies, isManifest } from './added-dependencies.js';
import { dayAfter, daysSince, isAhead } from './deadlines.js';
import { loosened } from './loosened.js';
import { parsePolicy } from './parse-policy.js';
import { defaultPolicy, plainPolicy } from './plain-policy.js';
import { type Policy, policySchema } from './policy.js';
import { firedTriggers } from './triggers.js';

const fired = (paths: readonly string[], policy: Policy = defaultPolicy) =>
  firedTriggers(
    policy.triggers,
    paths.map((path) => modified(path)),
  ).map(({ trigger }) => trigger.id);

describe('the policy that holds without a file', () => {
  it.each([
    ['src/index.ts'],
    ['packages/a/src/x.ts', 'packages/b/src/x.ts', 'packages/c/src/x.ts'],
    ['src/auth/login.test.ts', 'test/migrations/1.sql'],
    ['package.json'],
    ['src/author/name.ts'],
  ])('is quiet about ordinary work: %s', (...paths) => {
    expect(fired(paths)).toEqual([]);
  });

  it.each([
    ['security', 'src/auth/login.ts'],
    ['security', 'packages/core/src/crypto/key.ts'],
    ['migrations', 'db/migrations/7.sql'],
    ['public-interface', 'api/openapi.yaml'],
    ['public-interface', 'users.proto'],
  ])('asks for a spec: %s for %s', (id, path) => {
    expect(fired([path])).toEqual([id]);
  });

  it('shows a reason for each trigger', () => {
    expect(defaultPolicy.triggers.map(({ id }) => id)).toEqual([
      'security',
      'migrations',
      'public-interface',
      'new-dependencies',
      'cross-package',
      'size',
    ]);
    expect(defaultPolicy.triggers.every(({ reason }) => reason.endsWith('.'))).toBe(true);
  });
});

describe('a policy', () => {
  it.each([
    ['no JSON', '{"reviewDays": }', '1:16'],
    ['a field that it does not have', '{\n  "reviewdays": 3\n}', '1:1'],
    ['a glob that is refused', '{\n  "exempt": ["/etc/**"]\n}', '2:14'],
    ['a severity that is none', '{\n  "rules": {"SG003": "fatal"}\n}', '2:22'],
    ['a demand that stands there twice', '{\n  "reviewDays": 3,\n  "reviewDays": 300\n}', '3:3'],
    ['too much', ' '.repeat(5 * 1024 * 1024), '1:1'],
  ])('that is wrong says where: %s', (_what, text, place) => {
    const { value, problems } = parsePolicy(file('tasks/guard.json', text));
    expect(value).toBeUndefined();
    expect(`${problems[0]?.line}:${problems[0]?.column}`).toBe(place);
  });

  it('that is empty is the default', () => {
    expect(parsePolicy(policyFile({})).value).toEqual(defaultPolicy);
    expect(parsePolicy(undefined).value).toBe(defaultPolicy);
    expect(JSON.stringify(policySchema.parse({}))).toBe(JSON.stringify(defaultPolicy));
  });

  /** Mostly what a policy may say, and now and then what it may not. */
  const mostly = <T>(good: fc.Arbitrary<T>, ...bad: readonly unknown[]) =>
    fc.oneof<fc.WeightedArbitrary<unknown>[]>(
      { weight: 30, arbitrary: good },
      { weight: 1, arbitrary: fc.constantFrom(...bad, null) },
    );
  const partly = (shape: Record<string, fc.Arbitrary<unknown>>) =>
    fc.record({ ...shape, extra: mostly(fc.constant(undefined), 1) }, { requiredKeys: [] });
  const days = mostly(fc.integer({ min: 2, max: 20 }), -1, 0, 1, 21, 1.5, '3', 4000);
  const flag = mostly(fc.boolean(), 1);
  const words = mostly(
    fc.array(fc.constantFrom('a', 'src/**', '*@example.org'), { maxLength: 2 }),
    ['/etc'],
    [''],
    [3],
  );
  const override = partly({ allowed: flag, quorum: days, approvers: words, authorMayApprove: flag, maxDays: days });
  const trigger = fc.record(
    {
      paths: words,
      minPackages: days,
      reason: mostly(fc.constant('Why.'), ''),
      id: mostly(fc.constant('an-id'), 'No'),
      except: words,
      severity: mostly(fc.constant('warning'), 'note'),
      minLines: days,
    },
    { requiredKeys: ['id', 'reason'] },
  );
  const deadlines = (name: string) =>
    fc.dictionary(
      mostly(fc.constant(name), 'odd', '__proto__').map(String),
      partly({ warnDays: days, reviewDays: days }),
      {
        maxKeys: 2,
      },
    );
  const any = partly({
    $schema: mostly(fc.constant('x'), 1),
    schemaVersion: mostly(fc.constant(1), 2),
    reviewDays: days,
    risks: deadlines('high'),
    specs: deadlines('0001'),
    triggers: fc.array(trigger, { maxLength: 2 }),
    exempt: words,
    rules: fc.dictionary(fc.constantFrom('SG001', 'x'), mostly(fc.constantFrom('off', 'error'), 'none')),
    approvals: partly({ signatures: mostly(fc.constant('required'), 'none'), quorum: days, approvers: words }),
    overrides: partly({ rules: fc.dictionary(fc.constant('SG001'), override), default: override, trailers: flag }),
    suppressions: partly({ maxDays: days, rules: words, allowed: flag }),
  }).map((made) => JSON.parse(JSON.stringify(made)) as unknown);

  it('is to the fast reader what it is to the schema, to the order of its fields', () => {
    const answered = { plain: 0, not: 0 };
    fc.assert(
      fc.property(any, (json) => {
        const plain = plainPolicy(json);
        answered[plain ? 'plain' : 'not'] += 1;
        if (plain) expect(JSON.stringify(policySchema.parse(json))).toBe(JSON.stringify(plain));
      }),
      { numRuns: 3000 },
    );
    expect(Math.min(answered.plain, answered.not)).toBeGreaterThan(200);
  });
});

const policy = (changes: object): Policy => policySchema.parse(changes);

describe('what a change of the policy loosens', () => {
  const strict = {
    reviewDays: 10,
    rules: { SG008: 'error' },
    approvals: { quorum: 2, approvers: ['ada@example.org'], authorMayApprove: false, signatures: 'required' },
    overrides: {
      trailers: false,
      default: { quorum: 1, approvers: ['ada@example.org'] },
      rules: { SG007: { allowed: false } },
    },
    suppressions: { maxDays: 10, rules: ['SG003'] },
    risks: { high: { reviewDays: 7 } },
  };

  it('is nothing when it is the same or stricter', () => {
    expect(loosened(policy({}), policy({}))).toEqual([]);
    expect(loosened(policy({}), policy({ ...strict, suppressions: { maxDays: 10 } }))).toEqual([]);
  });

  it('is everything when it is thrown away', () => {
    expect(loosened(policy(strict), policy({})).join('\n')).toMatchInlineSnapshot(`
      "reviewDays goes up from 10 to 30.
      reviewDays of risk high goes up from 7 to 30.
      The quorum of approvals goes down from 2 to 1.
      Approving is open to anybody.
      Approving one's own content is allowed.
      Signatures are not required any more.
      Overriding by a trailer is allowed.
      maxDays of suppressions goes up from 10 to 90.
      Suppressing rules is open to anybody.
      The quorum for overriding any rule goes down from 1 to 0.
      Approving an override of any rule is open to anybody.
      Overriding SG007 is allowed."
    `);
  });

  it('names triggers, exempt paths and rules', () => {
    const [first, ...others] = defaultPolicy.triggers;
    const later = policy({ triggers: others, exempt: [...defaultPolicy.exempt, 'src/**'], rules: { SG003: 'off' } });
    expect(loosened(policy({}), later)).toEqual([
      `The trigger ${first?.id} is gone.`,
      'These paths need no spec any more: src/**.',
      'The rule SG003 is set to off.',
    ]);
  });
});

describe('new dependencies', () => {
  it.each([
    ['a/package.json', '{"dependencies":{"a":"1"}}', '{"dependencies":{"a":"2"},"devDependencies":{"b":"1"}}', ['b']],
    ['package.json', undefined, '{"peerDependencies":{"a":"1"}}', ['a']],
    ['package.json', '{"dependencies":{"a":"1"}}', '{"devDependencies":{"a":"1"}}', []],
    [
      'go.mod',
      'require example.org/a v1.0.0\n',
      'require (\n\texample.org/a v1.2.0\n\texample.org/b/v2 v2.0.0 // indirect\n)\n',
      ['example.org/b/v2'],
    ],
    ['requirements-dev.txt', 'a==1\n', '# tools\na==2\nB_c>=1\n-r other.txt\n', ['b-c']],
    [
      'Cargo.toml',
      '[dependencies]\na = "1"\n',
      '[package]\nname = "x"\n[dependencies]\na = "2"\nb.workspace = true\n[dev-dependencies.c]\nversion = "1"\n',
      ['b', 'c'],
    ],
    ['package.json', '{', '{"dependencies":{"a":"1"}}', ['a']],
    ['package.json', '{"dependencies":{"a":"1"}}', 'no JSON', []],
    ['package.json', '{"dependencies":{"a":"1"}}', undefined, []],
    ['main.c', '', 'a = 1', []],
  ])('of %s: %j, then %j', (path, before, after, expected) => {
    expect(addedDependencies(path, before, after)).toEqual(expected);
  });

  it('are looked for in manifests alone', () => {
    expect(['x/package.json', 'go.mod', 'src/package.json.ts', 'package-lock.json'].map(isManifest)).toEqual([
      true,
      true,
      false,
      false,
    ]);
  });
});

describe('days', () => {
  it('are counted in UTC, and a day is ahead only when it has begun nowhere', () => {
    const noon = Date.UTC(2026, 10, 22, 12);
    expect([daysSince('2026-11-22', noon), daysSince('2026-11-21', noon), daysSince('2026-11-23', noon)]).toEqual([
      0, 1, -1,
    ]);
    expect([isAhead('2026-11-23', noon), isAhead('2026-11-24', noon)]).toEqual([false, true]);
    expect(isAhead('2026-11-23', Date.UTC(2026, 10, 22, 9))).toBe(true);
    expect(dayAfter('2026-12-31', 1)).toBe('2027-01-01');
  });
});
