import { type CheckInput, type Severity, type SpecEntry } from '../../src/index.js';
import { signed, testSigner } from '../ssh-signer.js';
import { approval, file, goodSpec, indexFile, policyFile, world, type World } from '../world.js';

/** What a rule has to say about an input. */
export interface FailingCase {
  readonly input: CheckInput;
  readonly says: RegExp;
  readonly severity?: Severity;
  /** `path:line:column` */
  readonly at?: string;
  readonly fix?: string;
}

/** When a rule finds something, and when it does not; each case by what it shows. */
export interface RuleCases {
  readonly failing: Readonly<Record<string, FailingCase>>;
  readonly passing: Readonly<Record<string, CheckInput>>;
}

export const specPath = 'tasks/specs/0001-spec.md';
export const good = goodSpec();

/** A world of one spec, which is good but for what is said here. */
export function one(
  spec: Parameters<typeof goodSpec>[0] = {},
  entry: Partial<SpecEntry> = {},
  rest: World = {},
): CheckInput {
  const made = goodSpec(spec, entry);
  return world({ specs: [made.spec], index: indexFile([made.entry]), ...rest });
}

export const signer = testSigner();
export const strict = policyFile({ approvals: { signatures: 'required' } });
export const signers = file('tasks/allowed_signers', `ada@example.org ${signer.publicKey}\n`);
export const signedEntry = { approvals: [signed(approval(good.spec.text), signer)] };
export const baseline = (...findings: object[]) =>
  file('tasks/guard-baseline.json', JSON.stringify({ schemaVersion: 1, findings }));
