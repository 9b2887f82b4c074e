import path from 'node:path';
import { installPreCommitHook, removePreCommitHook } from '@codex-orch/spec-guard';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, printJson } from './command.js';
import { folderOf } from './guard-change.js';
import { guardCommand } from './guard-command.js';

export const install = guardCommand(async (context, flags: CommonFlags, signal): Promise<number> => {
  const hook = await installPreCommitHook({ root: folderOf(context, flags), signal });
  const { stdout } = context.process;
  if (flags.json) {
    printJson(context, hook);
    return 0;
  }
  const states = {
    installed: 'is installed',
    updated: 'is brought up to date',
    'already-installed': 'is there already',
  };
  stdout.write(`The hook ${visibleLine(hook.file)} ${states[hook.state]}.\n`);
  if (hook.chained !== undefined)
    stdout.write(`It first runs the one that was there before, now ${visibleLine(path.basename(hook.chained))}.\n`);
  if (hook.isInWorkTree) stdout.write('It lies in the work tree: commit it, so that it holds for everybody.\n');
  return 0;
});

export const remove = guardCommand(async (context, flags: CommonFlags, signal): Promise<number> => {
  const hook = await removePreCommitHook({ root: folderOf(context, flags), signal });
  if (flags.json) printJson(context, hook);
  else
    context.process.stdout.write(
      hook.state === 'not-installed'
        ? `There is no hook of the spec guard at ${visibleLine(hook.file)}.\n`
        : `The hook ${visibleLine(hook.file)} is removed${hook.restored ? '; the one from before is back' : ''}.\n`,
    );
  return 0;
});
