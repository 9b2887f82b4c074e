import { explain as explanationOf, findRule, rules } from '@codex-orch/spec-guard';
import { BadFlagsError } from '../errors.js';
import { type CommonFlags, printJson } from './command.js';
import { guardCommand } from './guard-command.js';

export const explain = guardCommand(
  async (context, flags: Pick<CommonFlags, 'json'>, _signal, asked?: string): Promise<number> => {
    const { stdout } = context.process;
    const found = asked === undefined ? rules : [findRule(asked)].filter((rule) => rule !== undefined);
    if (found.length === 0)
      throw new BadFlagsError(`There is no rule "${asked ?? ''}".`, 'See all: `codex-orch guard explain`.');
    if (flags.json)
      printJson(
        context,
        found.map(({ code, name, severity, what, why, example, mend, overridable, suppressible }) => ({
          code,
          name,
          severity,
          what,
          why,
          example,
          mend,
          overridable,
          suppressible,
        })),
      );
    else if (asked === undefined)
      for (const { code, name, severity, what } of rules)
        stdout.write(`${code}  ${name.padEnd(20)} ${severity.padEnd(8)} ${what}\n`);
    else stdout.write(explanationOf(asked) ?? '');
    return Promise.resolve(0);
  },
);
