import { type Approval, readIdentity } from '@codex-orch/core';
import { actorOf } from '../compose/notary.js';
import { keepPlanApproval } from '../compose/lanes/plan-approvals.js';
import { exitCode } from '../exit-code.js';
import { counted } from '../print/counted.js';
import { visibleLine } from '../print/visible.js';
import { command, printJson } from './command.js';
import { type GoalsFlags, loadPlan } from './goals-plan.js';
import { openNotary } from './open-orchestrator.js';

export interface ApproveGoalsFlags extends GoalsFlags {
  readonly reason?: string | undefined;
}

/** A person has looked at the plan of a goals file: exactly this may be started, in the cloud too. */
export const approve = command(async (context, flags: ApproveGoalsFlags, name: string): Promise<number> => {
  const { repository, config, plan } = await loadPlan(context, flags, name);
  const notary = openNotary(context, repository, config);
  const approval: Approval = await notary.sign({
    subject: { kind: 'plan', id: context.redactor.text(name), sha256: plan.sha256 },
    decision: 'approved',
    by: { actor: 'human', ...(await readIdentity(repository.root, context.process.env)) },
    at: new Date().toISOString(),
    channel: 'cli',
    justification: context.redactor.text(flags.reason ?? ''),
  });
  await notary.check(approval);
  await notary.recorded(actorOf(approval), { action: 'approve', runId: null, subject: approval.subject }, () =>
    keepPlanApproval(context.process.env, approval),
  );
  if (flags.json) printJson(context, approval);
  else {
    const cloud = plan.goals.filter(({ mode }) => mode === 'cloud').length;
    context.process.stdout.write(
      `The plan of ${visibleLine(name)} is approved by ${visibleLine(approval.by.name)}${approval.signature === undefined ? '' : ', signed'}: ${counted(plan.goals.length, 'goal')}, ${cloud} of them in the cloud (plan ${plan.sha256.slice(0, 12)}).\n`,
    );
  }
  return exitCode.done;
});
