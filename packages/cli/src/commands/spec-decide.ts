import { type Approval, type ProbedRepository, writeFileAtomic } from '@codex-orch/core';
import { decideSpec, findSpec, newReview, newSpecApproval, reviewSpec, reviewText } from '@codex-orch/spec-guard';
import { actorOf } from '../compose/notary.js';
import { exitCode } from '../exit-code.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { decidingHuman } from './deciding-human.js';
import { configFor, openNotary, userConfigFor } from './open-orchestrator.js';
import { registryOf } from './spec.js';
import { changeRegistry, checkoutOf, insideCheckout, readRegistry, readSpec } from './spec-checkout.js';

export interface SpecDecideFlags extends CommonFlags {
  readonly reason?: string | undefined;
}

export interface SpecReviewFlags extends CommonFlags {
  readonly note?: string | undefined;
}

const channel = 'cli';

/** The file of a spec, by its id or its path. */
async function fileOf(repository: ProbedRepository, asked: string) {
  const entry = findSpec(registryOf(await readRegistry(repository)), asked);
  return { id: entry.id, file: await readSpec(repository, entry.path) };
}

/**
 * Writes a record into the registry, and what follows from it into the spec. The spec comes first: one that claims to be approved
 * and has no record fails the check, so nothing passes that was only half written.
 */
async function writeDown(
  repository: ProbedRepository,
  name: string,
  change: (registry: string, file: Awaited<ReturnType<typeof readSpec>>) => { spec: string; registry: string },
): Promise<void> {
  await changeRegistry(repository, async (text) => {
    const file = await readSpec(repository, name);
    const { spec, registry } = change(text, file);
    if (spec !== file.text) await writeFileAtomic(await insideCheckout(repository.root, name), spec);
    return registry;
  });
}

const decide = (decision: Approval['decision']) =>
  command(async (context, flags: SpecDecideFlags, asked: string): Promise<number> => {
    const repository = await checkoutOf(context, flags);
    const { id, file } = await fileOf(repository, asked);
    // What is turned down needs nothing of the repository, whose settings may be broken.
    const config = await (decision === 'approved' ? configFor(context, repository) : userConfigFor(context));
    const notary = openNotary(context, repository, config);
    const said = newSpecApproval(file, {
      decision,
      by: await decidingHuman(context, repository.root),
      at: Date.now(),
      channel,
      justification: flags.reason ?? '',
    });
    const approval = await notary.sign(said);
    await notary.check(approval);
    const action = decision === 'approved' ? 'approve' : 'reject';
    await notary.recorded(actorOf(approval), { action, runId: null, subject: approval.subject }, () =>
      writeDown(repository, file.path, (registry, now) => decideSpec(registry, now, approval)),
    );
    if (flags.json) printJson(context, approval);
    else
      context.process.stdout.write(
        `Spec ${id} is ${decision} by ${visibleLine(approval.by.name)}${approval.signature === undefined ? '' : ', signed'}: the content with sha256 ${approval.subject.sha256.slice(0, 12)}.\nCommit ${visibleLine(file.path)} and tasks/index.json.\n`,
      );
    return exitCode.done;
  });

export const approve = decide('approved');
export const reject = decide('rejected');

export const review = command(async (context, flags: SpecReviewFlags, asked: string): Promise<number> => {
  const repository = await checkoutOf(context, flags);
  const { id, file } = await fileOf(repository, asked);
  const notary = openNotary(context, repository, await configFor(context, repository));
  const by = await decidingHuman(context, repository.root);
  const note = flags.note === undefined ? undefined : context.redactor.text(flags.note);
  const said = newReview(file, { by, at: Date.now(), channel, note });
  const subject = { kind: 'spec', id, sha256: said.sha256 };
  const signature = await notary.signature(reviewText(said), actorOf(said), subject);
  const record = signature === undefined ? said : { ...said, signature };
  await notary.recorded(actorOf(said), { action: 'review', runId: null, subject }, () =>
    writeDown(repository, file.path, (registry, now) => reviewSpec(registry, now, record)),
  );
  if (flags.json) printJson(context, record);
  else
    context.process.stdout.write(
      `Spec ${id} is reviewed by ${visibleLine(by.name)} as of ${record.last_review}${signature === undefined ? '' : ', signed'}.\nCommit ${visibleLine(file.path)} and tasks/index.json.\n`,
    );
  return exitCode.done;
});
