import path from 'node:path';
import { type Manifest, readStart, type RunRecord, sha256File, verifyRun, writeFileAtomic } from '@codex-orch/core';
import { renderRunReport, type RunReportParts } from '@codex-orch/report';
import { exitCode } from '../exit-code.js';
import { visibleLine } from '../print/visible.js';
import { version } from '../version.js';
import { type CommonFlags, command, printJson } from './command.js';
import { openNotary, userConfigFor } from './open-orchestrator.js';
import { openRun } from './open-run.js';

/** Bytes of a diff that a page holds; a browser would get slow, and the recorded file has it all. */
const maxDiffBytes = 2 * 1024 * 1024;

export interface RunReportFlags extends CommonFlags {
  readonly output?: string | undefined;
}

export const report = command(async (context, flags: RunReportFlags, asked = 'latest'): Promise<number> => {
  const { repository, run } = await openRun(context, flags, asked);
  const notary = openNotary(context, repository, await userConfigFor(context));
  const problems = await verifyRun(run, {
    signatures: notary.signatures,
    anchors: await notary.anchors(run.runId),
  });
  const page = renderRunReport({
    manifest: run.manifest,
    lines: run.lines,
    diff: await diffOf(run),
    tests: run.state.tests,
    problems: problems.map(
      ({ file, line, message }) => `${path.relative(run.dir, file)}${line === undefined ? '' : `:${line}`}: ${message}`,
    ),
    source: `Made by codex-orch ${version} from the record of run ${run.runId} as it was on ${run.manifest.updatedAt}.`,
  });
  const file = path.resolve(flags.output ?? path.join(run.dir, 'report.html'));
  await writeFileAtomic(file, page);
  if (flags.json) printJson(context, { runId: run.runId, path: file, intact: problems.length === 0 });
  else context.process.stdout.write(`${visibleLine(file)}\n`);
  return exitCode.done;
});

async function diffOf({ dir, manifest }: RunRecord): Promise<RunReportParts['diff']> {
  const { diff } = manifest;
  if (!diff || diff.files.length === 0) return undefined;
  const secrets = secretsIn(manifest);
  if (secrets.length > 0) return { withheld: `It contains your secret ${secrets.join(', ')} and is not shown.` };
  const file = path.join(dir, 'diff.patch');
  try {
    if ((await sha256File(file)).sha256 !== diff.sha256)
      return { withheld: 'diff.patch is not the recorded diff any more, and is not shown.' };
    const { bytes, size } = await readStart(file, { maxBytes: maxDiffBytes });
    const left = size - bytes.length;
    return {
      text: `${bytes.toString('utf8')}${left > 0 ? `\n… ${left} more bytes are in diff.patch` : ''}`,
    };
  } catch {
    return { withheld: 'diff.patch cannot be read.' };
  }
}

const secretsIn = ({ artifacts }: Manifest): readonly string[] =>
  artifacts.flatMap((artifact) => (artifact.kind === 'diff' ? (artifact.secrets ?? []) : []));
