import { guardPaths } from '../check/guard-paths.js';
import { loosened } from '../policy/loosened.js';
import { defaultPolicy } from '../policy/plain-policy.js';
import { readPolicy } from '../policy/read-policy.js';
import type { Draft, Rule } from './rule.js';

export const policyLoosened: Rule = {
  code: 'SG020',
  name: 'policy-loosened',
  severity: 'note',
  what: 'A change makes the guard ask for less once it is merged: a laxer policy, another signer, a spec taken away.',
  why: 'It does not help this change, which is held to the policy of its base. Whoever reviews it should see what it opens.',
  example: '`reviewDays` goes from 30 to 365.',
  mend: 'Nothing, if it is meant. Protect tasks/guard.json and tasks/allowed_signers with a rule about who reviews them.',
  overridable: false,
  suppressible: false,
  *check({ input, readers, policy, isFull, registry, baseRegistry }): Iterable<Draft> {
    if (isFull) return;
    const { base, head } = input;
    if (base.policy?.text !== head.policy?.text) {
      const later = readPolicy(head.policy, readers.policy).value ?? defaultPolicy;
      for (const message of loosened(policy, later)) yield { path: guardPaths.policy, message, subject: message };
    }
    const before = new Set(signerLines(base.allowedSigners?.text));
    const added = signerLines(head.allowedSigners?.text).filter((line) => !before.has(line));
    if (added.length > 0)
      yield {
        path: guardPaths.allowedSigners,
        message: `It lets ${added.map((line) => line.split(/\s/)[0]).join(', ')} sign with a new key.`,
        subject: added.join('\n'),
      };
    const now = new Map(registry?.specs.map(({ id, status }) => [id, status]));
    for (const { id, status, path } of registry ? (baseRegistry?.specs ?? []) : []) {
      if (status === 'retired' || (now.has(id) && now.get(id) !== 'retired')) continue;
      yield {
        path: guardPaths.index,
        specId: id,
        message: `Spec ${id} (${path}) governs nothing any more: it is ${now.has(id) ? 'retired' : 'taken away'}.`,
        subject: id,
      };
    }
  },
};

const signerLines = (text = ''): readonly string[] =>
  text
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '' && !line.startsWith('#'));
