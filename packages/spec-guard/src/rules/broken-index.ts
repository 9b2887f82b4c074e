import { guardPaths } from '../check/guard-paths.js';
import type { Rule } from './rule.js';

export const brokenIndex: Rule = {
  code: 'SG011',
  name: 'broken-index',
  severity: 'error',
  what: 'tasks/index.json is missing, is no JSON, is too large, or holds an entry of the wrong shape.',
  why: 'Without the registry nothing can be approved, so the check cannot say that anything is.',
  example: 'A merge leaves `<<<<<<<` in the file.',
  mend: 'Correct the file at the line that is named; `git log -p tasks/index.json` shows how it was.',
  overridable: false,
  suppressible: false,
  *check({ index, specs, input }) {
    if (!index) {
      const wasThere = input.base.index !== undefined;
      const isNew = specs.length === 0 && !wasThere;
      yield {
        path: guardPaths.index,
        severity: isNew ? 'note' : 'error',
        message: isNew
          ? 'There are no specs yet and no registry: only the triggers of the policy are checked.'
          : wasThere
            ? 'The registry is not there any more.'
            : `There are ${specs.length} files in ${guardPaths.specs} and no registry.`,
        fix: specs[0] ? ['codex-orch', 'spec', 'register', specs[0].path] : undefined,
        subject: 'missing',
      };
      return;
    }
    for (const { message, line, column } of index.problems)
      yield { path: guardPaths.index, line, column, message: `The registry is broken: ${message}.`, subject: message };
    if (index.migrated)
      yield {
        path: guardPaths.index,
        line: 1,
        severity: 'note',
        message: 'The registry has the older shape; the next command that writes it brings it to the one of today.',
        subject: 'older shape',
      };
  },
};
