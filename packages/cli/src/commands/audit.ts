import { AuditLog } from '@codex-orch/core';
import { orchHome } from '../compose/orch-home.js';
import { exitCode } from '../exit-code.js';
import { paletteFor } from '../print/palette.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { openNotary, userConfigFor } from './open-orchestrator.js';

type AuditFlags = Pick<CommonFlags, 'json'>;

export const list = command(async (context, flags: AuditFlags): Promise<number> => {
  const log = new AuditLog(orchHome(context.process.env));
  const records = await log.read();
  if (flags.json) {
    printJson(context, records);
    return exitCode.done;
  }
  const { stdout, env } = context.process;
  const { dim } = paletteFor(stdout, env);
  if (records.length === 0) stdout.write(`Nothing is on record in ${log.file} yet.\n`);
  for (const { at, actor, action, outcome, runId, subject, detail } of records) {
    const about = subject ? ` ${subject.kind} ${subject.sha256?.slice(0, 12) ?? subject.id}` : '';
    const words = `${action.padEnd(18)} ${outcome.padEnd(8)} ${runId ?? ''.padEnd(26)} ${actor}${about}${detail === undefined ? '' : `: ${detail}`}`;
    stdout.write(`${dim(at.slice(0, 19))} ${visibleLine(words)}\n`);
  }
  return exitCode.done;
});

export const verify = command(async (context, flags: AuditFlags): Promise<number> => {
  const { file } = new AuditLog(orchHome(context.process.env));
  const config = await userConfigFor(context);
  const problems = await openNotary(context, null, config).verifyAudit();
  const { key, allowedSigners } = config.signing;
  const unchecked =
    key !== undefined && allowedSigners === undefined
      ? ' Who signed its end was not checked: signing.allowedSigners is not set.'
      : '';
  if (flags.json) printJson(context, { file, intact: problems.length === 0, problems });
  else if (problems.length === 0) context.process.stdout.write(`${file} is intact.${unchecked}\n`);
  for (const { line, message } of flags.json ? [] : problems)
    context.process.stdout.write(`${file}${line === undefined ? '' : `:${line}`} ${visibleLine(message)}\n`);
  return problems.length === 0 ? exitCode.done : exitCode.failed;
});
