import { signed, testSigner } from '../ssh-signer.js';
import { approval, bob, commit, file, modified, policyFile, world } from '../world.js';
import { good, one, type RuleCases, signedEntry, signer, signers, specPath, strict } from './rule-cases.js';

const stranger = testSigner();

export const approvalCases: Readonly<Record<string, RuleCases>> = {
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
};
