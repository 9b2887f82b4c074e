import { type CheckInput, contentSha256, type Severity, type SpecEntry } from '../src/index.js';
import { formatLine, genesis } from './override-log.js';
import { signed, testSigner } from './ssh-signer.js';
import {
  approval,
  bob,
  commit,
  entryOf,
  file,
  goodSpec,
  indexFile,
  miniSpec,
  modified,
  policyFile,
  review,
  specFile,
  specText,
  world,
  type World,
} from './world.js';

export interface FailingCase {
  readonly input: CheckInput;
  readonly says: RegExp;
  readonly severity?: Severity;
  /** `path:line:column` */
  readonly at?: string;
  readonly fix?: string;
}

interface RuleCases {
  readonly failing: Readonly<Record<string, FailingCase>>;
  readonly passing: Readonly<Record<string, CheckInput>>;
}

const specPath = 'tasks/specs/0001-spec.md';
const good = goodSpec();

/** A world of one spec, which is good but for what is said here. */
function one(spec: Parameters<typeof goodSpec>[0] = {}, entry: Partial<SpecEntry> = {}, rest: World = {}): CheckInput {
  const made = goodSpec(spec, entry);
  return world({ specs: [made.spec], index: indexFile([made.entry]), ...rest });
}

const noSpecs = { specs: [], index: indexFile([]) };
const signer = testSigner();
const stranger = testSigner();
const strict = policyFile({ approvals: { signatures: 'required' } });
const signers = file('tasks/allowed_signers', `ada@example.org ${signer.publicKey}\n`);
const signedEntry = { approvals: [signed(approval(good.spec.text), signer)] };
const debt = { fingerprint: '0'.repeat(32), code: 'SG003', path: specPath, message: 'old' };
const baseline = (...findings: object[]) =>
  file('tasks/guard-baseline.json', JSON.stringify({ schemaVersion: 1, findings }));
const log = (...lines: object[]) => file('tasks/guard-overrides.jsonl', formatLine(genesis, lines));
const override = { rule: 'SG003', reason: 'moving', expires: '2026-12-01' };

export const ruleCases: Readonly<Record<string, RuleCases>> = {
  SG001: {
    failing: {
      'a migration that no spec covers': {
        input: world({ ...noSpecs, changes: [modified('db/migrations/7.sql', { status: 'added' })] }),
        says: /migrations: 1 path/,
        at: 'db/migrations/7.sql:-:-',
        fix: 'codex-orch spec new --title 7 --covers db/migrations/7.sql',
      },
      'a trigger of the policy': {
        input: world({
          ...noSpecs,
          changes: [modified('src/a.ts', { addedLines: 9 }), modified('src/b.ts', { addedLines: 9 })],
          base: { policy: policyFile({ triggers: [{ id: 'big', reason: 'It is big.', minLines: 20 }] }) },
        }),
        says: /big: 20 changed lines, 2 paths/,
      },
      'new dependencies': {
        input: world({ ...noSpecs, changes: [modified('package.json', { addedDependencies: ['left-pad'] })] }),
        says: /new: left-pad/,
        severity: 'warning',
      },
      'several packages at once': {
        input: world({
          ...noSpecs,
          changes: ['a', 'b', 'c'].map((name) => modified(`packages/${name}/x.ts`, { addedLines: 100 })),
        }),
        says: /3 packages/,
        severity: 'warning',
      },
    },
    passing: {
      'a spec covers it': one({ covers: ['db/**'] }, {}, { changes: [modified('db/migrations/7.sql')] }),
      'nothing is set off': world({ ...noSpecs, changes: [modified('src/a.ts')] }),
      'it is a test': world({ ...noSpecs, changes: [modified('src/auth/login.test.ts')] }),
      'the paths are exempt': world({
        ...noSpecs,
        changes: [modified('db/migrations/7.sql')],
        base: { policy: policyFile({ exempt: ['db/**'] }) },
      }),
    },
  },
  SG002: {
    failing: {
      'no entry': {
        input: world({ index: indexFile([]) }),
        says: /not registered/,
        at: `${specPath}:1:-`,
        fix: `codex-orch spec register ${specPath}`,
      },
    },
    passing: { 'an entry': world() },
  },
  SG003: {
    failing: {
      'one day too late': {
        input: one({ last_review: '2026-10-22' }),
        says: /31 days ago, on 2026-10-22; 30 days are allowed/,
        at: `${specPath}:8:14`,
        fix: 'codex-orch spec review 0001',
      },
    },
    passing: {
      'on the last day': one({ last_review: '2026-10-23' }),
      'a retired spec': one({ last_review: '2020-01-01', status: 'retired' }),
    },
  },
  SG004: {
    failing: {
      'next year': {
        input: one({ last_review: '2027-01-01' }),
        says: /2027-01-01, lies in the future/,
        at: `${specPath}:8:14`,
      },
    },
    passing: {
      'today where the day begins first': one({ last_review: '2026-11-23' }),
      today: one({ last_review: '2026-11-22' }),
    },
  },
  SG005: {
    failing: {
      'a text where a list belongs': {
        input: world({ specs: [file(specPath, good.spec.text.replace(/covers: .*/, 'covers: packages/core/**'))] }),
        says: /"covers" is a text, not a list/,
        at: `${specPath}:7:9`,
      },
    },
    passing: { 'all fields': world() },
  },
  SG006: {
    failing: {
      'in review, and built on': {
        input: one({ status: 'in-review' }),
        says: /its status is in-review/,
        at: `${specPath}:4:9`,
        fix: 'codex-orch spec approve 0001',
      },
      'in review, when everything is checked': {
        input: one({ status: 'in-review' }, {}, { changes: undefined }),
        says: /in-review/,
        severity: 'warning',
      },
    },
    passing: {
      approved: world(),
      'a draft that nothing is built on yet': one({ status: 'draft' }, {}, { changes: [modified(specPath)] }),
    },
  },
  SG007: {
    failing: {
      'an edit after the approval': {
        input: world({ specs: [file(specPath, `${good.spec.text}\nOne more thing.\n`)] }),
        says: /changed after Ada <ada@example.org> approved it on 2026-11-20/,
        at: `${specPath}:4:9`,
      },
      'no approval': { input: one({}, { approvals: [] }), says: /nobody has approved/ },
      'a rejection': {
        input: one(
          {},
          { approvals: [approval(good.spec.text), approval(good.spec.text, { decision: 'rejected', by: bob })] },
        ),
        says: /Bob <bob@example.org> rejected this content/,
      },
      'an approval of another spec': {
        input: one({}, { approvals: [approval(good.spec.text, {}, '0002')] }),
        says: /nobody/,
      },
    },
    passing: {
      'the content that was approved': world(),
      'other line ends and spaces': world({ specs: [file(specPath, good.spec.text.replaceAll('\n', '  \r\n'))] }),
      'who rejected it approved it later': one(
        {},
        {
          approvals: [
            approval(good.spec.text, { decision: 'rejected', at: '2026-11-19T00:00:00Z' }),
            approval(good.spec.text),
          ],
        },
      ),
    },
  },
  SG008: {
    failing: {
      'an id that nobody has': { input: one({ relates_to: ['0099'] }), says: /0099/, at: `${specPath}:5:13` },
    },
    passing: {
      'a task': world({
        specs: [specFile({ relates_to: ['t-1'] })],
        index: indexFile([], [{ id: 't-1', slug: 't', title: 'T', status: 'planned' }]),
      }),
      itself: one({ relates_to: ['0001'] }),
    },
  },
  SG009: {
    failing: {
      'two files with one id': {
        input: world({ specs: [good.spec, file('tasks/specs/other.md', good.spec.text)] }),
        says: /0001, is that of tasks\/specs\/0001-spec.md too/,
        at: 'tasks/specs/other.md:2:5',
      },
      'two entries with one id': {
        input: world({ index: indexFile([good.entry, { ...good.entry, path: 'tasks/specs/other.md' }]) }),
        says: /Two entries of "specs" have the id 0001/,
      },
      'two paths that differ in letters': {
        input: world({ specs: [good.spec, file('tasks/specs/0001-SPEC.md', specText({ id: '0002' }))] }),
        says: /in other letters/,
      },
    },
    passing: { 'two ids': world({ specs: [good.spec, specFile({ id: '0002' })] }) },
  },
  SG010: {
    failing: {
      'another status': { input: one({}, { status: 'done' }), says: /about status/, fix: 'codex-orch guard --fix' },
      'another hash': { input: one({}, { sha256: '0'.repeat(64) }), says: /about sha256/ },
      'another review date': {
        input: one({}, { last_review: '2026-11-21' }),
        says: /last_review/,
        fix: 'codex-orch spec review 0001',
      },
      'a file that is not there': {
        input: world({ specs: [], changes: [modified(specPath, { status: 'deleted' })] }),
        says: /0001, tasks\/specs\/0001-spec.md, is not there/,
      },
    },
    passing: {
      'the same': one({}, { sha256: contentSha256(good.spec.text) }),
      'nothing about what is optional': world(),
    },
  },
  SG011: {
    failing: {
      'broken JSON': {
        input: world({ index: file('tasks/index.json', '{\n  "specs": [,]\n}\n') }),
        says: /is broken: it is no JSON/,
        at: 'tasks/index.json:2:13',
      },
      'an entry of the wrong shape': {
        input: world({
          index: file(
            'tasks/index.json',
            '{"schemaVersion":1,"items":[],"specs":[{"id":1,"path":"a","status":"done"}]}',
          ),
        }),
        says: /specs\.0\.id/,
        at: 'tasks/index.json:1:46',
      },
      'specs and no registry': { input: world({ index: undefined }), says: /no registry/ },
      'no registry any more': {
        input: world({ index: undefined, specs: [], base: { index: indexFile([]) } }),
        says: /not there any more/,
      },
      'nothing at all yet': { input: world({ index: undefined, specs: [] }), says: /no specs yet/, severity: 'note' },
      'the older shape': {
        input: world({ specs: [], index: file('tasks/index.json', '{"items":[],"specs":[]}') }),
        says: /older shape/,
        severity: 'note',
      },
    },
    passing: { 'a good one': world() },
  },
  SG012: {
    failing: {
      'a symbolic link': {
        input: world({ specs: [{ path: specPath, text: '', irregular: 'symlink' }] }),
        says: /a symbolic link.*It governs packages\/core\/run.ts/,
      },
      'an entry outside of the folder': {
        input: world({
          index: indexFile([good.entry, { ...good.entry, id: '2', path: '../../etc/spec.md' }]),
          base: { index: indexFile([]) },
        }),
        says: /outside of tasks\/specs/,
      },
    },
    passing: { 'a file': world() },
  },
  SG013: {
    failing: {
      'no signature': {
        input: one({}, {}, { base: { policy: strict, allowedSigners: signers } }),
        says: /Ada <ada@example.org>: it is not signed/,
      },
      'a signature of somebody else': {
        input: one(
          {},
          { approvals: [signed(approval(good.spec.text), stranger)] },
          { base: { policy: strict, allowedSigners: signers } },
        ),
        says: /not listed for "ada@example.org"/,
      },
      'a signature over something else': {
        input: one(
          {},
          { approvals: [{ ...signed(approval(good.spec.text), signer), justification: 'Changed later.' }] },
          { base: { allowedSigners: signers } },
        ),
        says: /the text is not what was signed/,
      },
    },
    passing: {
      'signed by who is listed': one({}, signedEntry, { base: { policy: strict, allowedSigners: signers } }),
      'nobody asks for signatures': world(),
    },
  },
  SG014: {
    failing: {
      'one of two': {
        input: one({}, {}, { base: { policy: policyFile({ approvals: { quorum: 2 } }) } }),
        says: /2 people have to approve the spec, and only Ada/,
      },
      'the same person twice': {
        input: one(
          {},
          { approvals: [approval(good.spec.text), approval(good.spec.text, { at: '2026-11-21T00:00:00Z' })] },
          { base: { policy: policyFile({ approvals: { quorum: 2 } }) } },
        ),
        says: /only Ada/,
      },
      'the author alone': {
        input: one(
          {},
          {},
          {
            changes: [modified('packages/core/run.ts'), modified(specPath)],
            commits: [commit('Spec', { changedSpecs: [specPath] })],
            base: { policy: policyFile({ approvals: { authorMayApprove: false } }) },
          },
        ),
        says: /changed the content/,
      },
      'somebody who may not': {
        input: one({}, {}, { base: { policy: policyFile({ approvals: { approvers: ['*@board.example.org'] } }) } }),
        says: /not among the approvers/,
      },
      'an agent': {
        input: one({}, { approvals: [approval(good.spec.text, { by: { actor: 'agent', name: 'codex', email: '' } })] }),
        says: /no human/,
      },
    },
    passing: {
      'two of two': one(
        {},
        { approvals: [approval(good.spec.text), approval(good.spec.text, { by: bob })] },
        { base: { policy: policyFile({ approvals: { quorum: 2 } }) } },
      ),
      'somebody who only wrote other content': one(
        {},
        {},
        {
          changes: [modified('packages/core/run.ts'), modified(specPath)],
          commits: [commit('Approve', { changedSpecs: [] })],
          base: { policy: policyFile({ approvals: { authorMayApprove: false } }) },
        },
      ),
    },
  },
  SG015: {
    failing: {
      'a date without a record': {
        input: one({ last_review: '2026-11-22' }),
        says: /2026-11-22, but the last record.*2026-11-20/,
        at: `${specPath}:8:14`,
      },
    },
    passing: {
      'the day after, in another time zone': one({ last_review: '2026-11-21' }),
      'a record': one(
        { last_review: '2026-11-22' },
        { reviews: [review(specText({ last_review: '2026-11-22' }), '2026-11-22')] },
      ),
    },
  },
  SG016: {
    failing: { 'after 25 days': { input: one({ last_review: '2026-10-28' }), says: /due by 2026-11-27/ } },
    passing: { 'after 24': one({ last_review: '2026-10-29' }), 'after 31': one({ last_review: '2026-10-22' }) },
  },
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
  SG020: {
    failing: {
      'more days': {
        input: world({ head: { policy: policyFile({ reviewDays: 60 }) }, base: { policy: undefined } }),
        says: /from 30 to 60/,
      },
      'a new signer': {
        input: world({ head: { allowedSigners: signers }, base: { allowedSigners: undefined } }),
        says: /ada@example.org sign with a new key/,
      },
      'a spec that is taken away': {
        input: world({ specs: [], index: indexFile([]), base: { index: indexFile([good.entry]) }, changes: [] }),
        says: /governs nothing any more/,
      },
    },
    passing: { 'fewer days': world({ head: { policy: policyFile({ reviewDays: 10 }) }, base: { policy: undefined } }) },
  },
  SG021: {
    failing: {
      'covers that let go of what is changed': {
        input: world({
          specs: [specFile({ covers: ['apps/**'] })],
          index: indexFile([entryOf(specFile({ covers: ['apps/**'] }), miniSpec({ covers: ['apps/**'] }))]),
          base: { index: indexFile([good.entry]) },
        }),
        says: /Spec 0001 covered this path and does not any more/,
        at: 'packages/core/run.ts:-:-',
      },
      'a spec that is retired with the change': {
        input: one({ status: 'retired' }, {}, { base: { index: indexFile([good.entry]) } }),
        says: /Spec 0001 covered/,
      },
    },
    passing: {
      'another spec that takes over': world({
        specs: [specFile({ id: '0002' })],
        index: indexFile([entryOf(specFile({ id: '0002' }), miniSpec({ id: '0002' }))]),
        base: { index: indexFile([good.entry]) },
      }),
      'the paths are deleted': one(
        { status: 'retired' },
        {},
        {
          changes: [modified('packages/core/run.ts', { status: 'deleted' })],
          base: { index: indexFile([good.entry]) },
        },
      ),
    },
  },
  SG022: {
    failing: {
      'a policy of the base that cannot be read': {
        input: world({ base: { policy: file('tasks/guard.json', '{\n  "reviewDays": "thirty"\n}') } }),
        says: /The policy of the base: reviewDays/,
        at: 'tasks/guard.json:2:17',
      },
      'a policy that will not be readable': {
        input: world({ base: { policy: policyFile({}) }, head: { policy: file('tasks/guard.json', '{') } }),
        says: /as the change has it/,
      },
      'signers that cannot be read': {
        input: world({ base: { allowedSigners: file('tasks/allowed_signers', '\nada ssh-ed25519 ???\n') } }),
        says: /list of signers of the base/,
        at: 'tasks/allowed_signers:2:1',
      },
      'a baseline that cannot be read': {
        input: world({ base: { baseline: file('tasks/guard-baseline.json', '[]') } }),
        says: /baseline of the base/,
      },
      'a rule that does not exist': {
        input: world({ base: { policy: policyFile({ rules: { SG0003: 'off' } }) } }),
        says: /SG0003/,
        severity: 'warning',
      },
    },
    passing: {
      'files that can be read': one({}, signedEntry, {
        base: { policy: strict, allowedSigners: signers, baseline: baseline() },
      }),
    },
  },
};
