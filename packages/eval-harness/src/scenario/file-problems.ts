import type { z } from 'zod';
import { meant } from './meant.js';

/** What is wrong with a file, in words: where it is, and of a field that is not known, which one was probably meant. */
export const fileProblems = (
  issues: readonly z.core.$ZodIssue[],
  fieldsAt: (path: readonly PropertyKey[]) => readonly string[],
): string[] =>
  issues.flatMap((issue) => {
    const where = issue.path.map(String).join('.');
    const at = where === '' ? '' : `"${where}": `;
    if (issue.code === 'unrecognized_keys')
      return issue.keys.map((key) => `${at}there is no field "${key}". ${meant(key, fieldsAt(issue.path))}`);
    return [`${at}${issue.message}`];
  });
