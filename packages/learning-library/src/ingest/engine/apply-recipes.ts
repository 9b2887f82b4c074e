import type { ProgramReader } from '../syntax/parse-program.js';
import { makeMatcher } from './match.js';
import { makeRewriter } from './rewrite.js';
import { makeSafety } from './safety.js';
import { makeScopes } from './scope.js';
import type { Recipe } from './term.js';

const scopes = makeScopes();
const rewrite = makeRewriter(makeMatcher(), scopes, makeSafety(scopes));

/** What recipes make of a text, one after the other; undefined where it, or what became of it, cannot be parsed. */
export function applyRecipes(
  reader: ProgramReader,
  path: string,
  source: string,
  recipes: readonly Recipe[],
): { readonly output: string; readonly changes: number; readonly declined: readonly string[] } | undefined {
  let output = source;
  let changes = 0;
  const declined: string[] = [];
  for (const recipe of recipes) {
    const read = reader.read(path, output);
    if ('flaw' in read) return undefined;
    const applied = rewrite(recipe, read.program);
    output = applied.output;
    changes += applied.changes;
    declined.push(...applied.declined.map(({ reason }) => reason));
  }
  return { output, changes, declined };
}
