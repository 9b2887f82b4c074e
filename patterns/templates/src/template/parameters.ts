import { z } from 'zod';

/**
 * A text of one line. A line break would end the heading, list item or front matter that it stands in, and what follows
 * would be read as something else.
 */
export const line = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .max(500, 'must have at most 500 characters')
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, 'must be one line without control characters');

export const lines = z.array(line);

/** Several paragraphs. */
export const prose = z
  .string()
  .trim()
  .min(1, 'must not be empty')
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*(?:[\n\t][^\p{Cc}\p{Zl}\p{Zp}]*)*$/u, 'must be text without control characters');

/** The name of an asset: words of lower case and digits with dashes between. */
export const assetId = z
  .string()
  .regex(
    /^[a-z][a-z0-9]*(?:-[a-z0-9]+)*$/,
    'must be lower-case words with dashes between, such as "buffer-constructor"',
  );

/** An id as registries of tasks and specs have them. */
export const entryId = z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]*$/, 'must be letters, digits, ".", "_" or "-"');

/** A path from the repository's root that stays inside it, and out of what is git's own: a hook in there would be run. */
export const repositoryPath = line.refine(
  (path) => !/^(?:[/\\]|[A-Za-z]:)/.test(path) && !path.split(/[/\\]/).some((name) => /^(?:\.\.|\.git)$/i.test(name)),
  'must be a path inside the repository, from its root, and not in .git',
);

/** The name of a function as code has it. */
export const identifier = z.string().regex(/^[A-Za-z_$][\w$]*$/, 'must be the name of a function');
