import type { CloudRecord } from '@codex-orch/cloud-adapter';
import { type GoalInput, OrchError, type Redactor } from '@codex-orch/core';
import { type FleetInput, fleetInputSchema, planDigest } from '@codex-orch/core/goals';
import type { DbosEngine } from '@codex-orch/engine-dbos';
import { cloudAccount, shortAccount } from '../cloud/cloud-account.js';
import { actorOf, type Notary } from '../notary.js';
import { CloudAccountError, CloudSignatureError, CloudSignOffError, CloudSignOffUnreadError } from './errors.js';
import { fleetWorkflowName } from './fleet-news.js';
import type { RemoteGoal } from './remote-goal.js';

export interface CloudAdmissionOptions {
  readonly engine: Pick<DbosEngine, 'submission'>;
  readonly notary: Pick<Notary, 'check' | 'record'>;
  readonly redactor: Pick<Redactor, 'text'>;
  readonly env: NodeJS.ProcessEnv;
}

type ConfirmedInput = Pick<GoalInput, 'runId' | 'taskId' | 'goal' | 'base' | 'limits' | 'cloud'>;

type CloudGoal = RemoteGoal & { readonly cloud: NonNullable<RemoteGoal['cloud']> };

/** Decides which goals of a database this machine hands to Codex Cloud: none but those that it has looked into itself. */
export class CloudAdmission {
  readonly #options: CloudAdmissionOptions;
  /** As they were when they were looked into last. */
  readonly #admitted = new Map<string, CloudGoal>();
  /** Sign-offs that are on record. */
  readonly #noted = new Set<string>();

  constructor(options: CloudAdmissionOptions) {
    this.#options = options;
  }

  /**
   * Looks into a goal that was taken: whether it belongs to the login of this machine, and whether a human approved it as it is.
   *
   * Throws {@link CloudAccountError}, {@link CloudSignOffError}, {@link CloudSignOffUnreadError}, {@link CloudSignatureError} and
   * `AuditUnavailableError`.
   */
  async admit(goal: RemoteGoal): Promise<void> {
    const { engine, notary } = this.#options;
    this.#admitted.delete(goal.runId);
    if (!isForCloud(goal)) return;
    const name = nameOf(goal);
    await this.#assertLogin(goal);
    const { fleetId = '' } = goal.of ?? {};
    const submitted = await engine.submission(fleetId, fleetWorkflowName);
    if (!submitted) throw new CloudSignOffError(name, 'nobody signed it off');
    const { data: fleet, error: unread } = fleetInputSchema.safeParse(submitted.input);
    if (unread) throw new CloudSignOffUnreadError(name, fleetId, unread);
    if (fleet.cloud === undefined) throw new CloudSignOffError(name, 'nobody signed it off');
    const why = whyNotApproved(goal, name, fleet.cloud);
    if (why !== undefined) throw new CloudSignOffError(name, why);
    try {
      await notary.check(fleet.cloud.approval);
    } catch (error) {
      if (!(error instanceof OrchError)) throw error;
      throw new CloudSignatureError(name, error);
    }
    const { approval } = fleet.cloud;
    const note = `${goal.runId} ${approval.subject.sha256} ${approval.at}`;
    if (!this.#noted.has(note)) {
      const entry = { action: 'approve', runId: goal.runId, subject: approval.subject, outcome: 'noted' } as const;
      await notary.record(actorOf(approval), entry);
      this.#noted.add(note);
    }
    this.#admitted.set(goal.runId, goal);
  }

  /**
   * Throws {@link CloudSignOffError} for a run, or a record of its tasks, that would have something else done in the cloud than the goal
   * that was admitted, and {@link CloudAccountError} where somebody else is logged in by now.
   */
  async confirm(input: ConfirmedInput, record?: CloudRecord): Promise<void> {
    const admitted = this.#admitted.get(input.runId);
    if (!admitted || !this.#isSame(admitted, input, record))
      throw new CloudSignOffError(admitted ? nameOf(admitted) : input.runId, 'its run is about another one');
    await this.#assertLogin(admitted);
  }

  /** Whether a run, which another machine may have brought here, and its tasks are about no more than the goal. */
  #isSame(admitted: CloudGoal, input: ConfirmedInput, record: CloudRecord | undefined): boolean {
    const { redactor } = this.#options;
    const { cloud, base } = admitted;
    const isWithin = Object.entries(admitted.limits ?? {}).every(
      ([of, most]) => input.limits[of as keyof typeof input.limits] <= most,
    );
    return (
      isWithin &&
      input.taskId === admitted.taskId &&
      // A run keeps no secret of the machine that began it.
      redactor.text(input.goal) === redactor.text(admitted.goal) &&
      input.base.commit === base.commit &&
      [input.base, ...(record?.turns ?? [])].every(({ branch }) => branch === base.branch) &&
      [input.cloud, ...(record?.turns ?? [])].every(
        (one) => one && cloud.environment === one.environment && cloud.attempts === one.attempts,
      )
    );
  }

  async #assertLogin(goal: CloudGoal): Promise<void> {
    const own = await cloudAccount(this.#options.env);
    const { account } = goal.cloud;
    if (own !== account) throw new CloudAccountError(nameOf(goal), shortAccount(account), own && shortAccount(own));
  }
}

const nameOf = ({ of, runId }: RemoteGoal): string => of?.goal ?? runId;

const isForCloud = (goal: RemoteGoal): goal is CloudGoal => goal.cloud !== undefined;

/** Why an approval does not cover a goal; undefined where it does. */
function whyNotApproved(
  { goal, taskId, limits, cloud: { environment, attempts, account } }: CloudGoal,
  name: string,
  { approval, plan, account: signedFor }: NonNullable<FleetInput['cloud']>,
): string | undefined {
  const { subject, decision, by } = approval;
  if (subject.kind !== 'plan' || decision !== 'approved' || by.actor !== 'human')
    return 'what came as its sign-off is no approval of a plan by a human';
  if (subject.sha256 !== planDigest(plan)) return 'its sign-off is of another plan';
  const planned = plan.goals.find(({ id }) => id === name);
  const isSame =
    planned?.mode === 'cloud' &&
    planned.goal === goal &&
    (planned.task ?? 'adhoc') === taskId &&
    planned.environment === environment &&
    planned.attempts === attempts;
  if (!isSame) return 'the plan that was signed off says something else of it';
  // The budget of all goals together may have left it less.
  const isWithin = Object.entries(planned.budget).every(
    ([of, most]) => (limits?.[of as keyof typeof limits] ?? Infinity) <= most,
  );
  if (!isWithin) return 'it would use more than was signed off';
  return account === signedFor ? undefined : 'it was submitted for another login';
}
