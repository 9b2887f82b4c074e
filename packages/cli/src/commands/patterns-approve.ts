import { type Approval, openRepository } from '@codex-orch/core';
import {
  assetApprovalSchema,
  digestModule,
  findAsset,
  type IndexChange,
  locateModule,
  saveIndex,
  whyNotProven,
} from '@codex-orch/learning-library';
import { actorOf } from '../compose/notary.js';
import { ShippedIndexError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { visibleLine } from '../print/visible.js';
import { command, printJson } from './command.js';
import { decidingHuman } from './deciding-human.js';
import { folderOf } from './guard-change.js';
import { configFor, openNotary } from './open-orchestrator.js';
import { type IndexFlags, openIndex } from './patterns-index.js';

export interface ApproveFlags extends IndexFlags {
  readonly reason?: string | undefined;
}

/** A person has read the code of an asset; where its evaluation passed, it is proven from here on. */
export const approve = command(async (context, flags: ApproveFlags, id: string): Promise<number> => {
  const repository = await openRepository(folderOf(context, flags));
  const { file, index, folder, isShipped } = await openIndex(context, flags);
  if (isShipped) throw new ShippedIndexError(id);
  const sha256 = await digestModule((await locateModule(findAsset(index, id), folder)).module);
  const notary = openNotary(context, repository, await configFor(context, repository));
  const said: Approval = {
    subject: { kind: 'asset', id, sha256 },
    decision: 'approved',
    by: await decidingHuman(context, repository.root),
    at: new Date().toISOString(),
    channel: 'cli',
    justification: context.redactor.text(flags.reason ?? ''),
  };
  const approval = await notary.sign(said);
  await notary.check(approval);
  let missing: string | undefined;
  await notary.recorded(actorOf(approval), { action: 'approve', runId: null, subject: approval.subject }, () =>
    saveIndex(file, ({ assets }): IndexChange[] => {
      const at = assets.findIndex((asset) => asset.id === id);
      const asset = assets[at];
      if (!asset) return [];
      const approvals = [...asset.approvals, assetApprovalSchema.parse(approval)];
      missing = whyNotProven({ ...asset, approvals }, sha256);
      return [
        { path: ['assets', at, 'approvals'], value: approvals },
        ...(missing === undefined && asset.status === 'candidate'
          ? [{ path: ['assets', at, 'status'], value: 'proven' }]
          : []),
      ];
    }),
  );
  if (flags.json) printJson(context, { approval, proven: missing === undefined, missing });
  else
    context.process.stdout.write(
      `${id} is approved by ${visibleLine(approval.by.name)}${approval.signature === undefined ? '' : ', signed'}: the code with sha256 ${sha256.slice(0, 12)}.\n${missing === undefined ? 'It is proven.' : `It is not proven yet: ${missing}.`}\n`,
    );
  return exitCode.done;
});
