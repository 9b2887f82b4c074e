import { file, indexFile, policyFile, world } from '../world.js';
import { baseline, good, one, type RuleCases, signedEntry, signers, strict } from './rule-cases.js';

export const policyCases: Readonly<Record<string, RuleCases>> = {
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
