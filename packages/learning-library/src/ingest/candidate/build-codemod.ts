import { applyRecipes } from '../engine/apply-recipes.js';
import { makeScopes } from '../engine/scope.js';
import type { Recipe, Term } from '../engine/term.js';
import { linesOf } from '../edit/unit.js';
import { type Cluster, flawOf, type Occurrence } from '../pattern/cluster.js';
import { recipeOf } from '../pattern/recipe.js';
import type { ChangedProgram } from '../source/changed-program.js';
import type { ProgramReader } from '../syntax/parse-program.js';
import { type Agreement, compareTexts } from '../verify/compare-texts.js';
import type { Candidate, CandidateExample } from './candidate.js';
import { idOf, prefilterOf, showPattern, titleOf } from './describe.js';
import { fixtureOf } from './fixture.js';
import { codemodModule } from './module-text.js';
import { declarationAdded, namesNeeded, type NamesNeeded } from './names-needed.js';

const { moduleNames } = makeScopes();

/** A codemod that makes the edits of a cluster, or why there is none. */
export interface BuiltCodemod {
  readonly candidate: Candidate;
  /** All edits that it makes; those of a changed import among them. */
  readonly covers: readonly Occurrence[];
}

/** `partners` are the clusters of edits on imports: those which declare what this one needs become a step before it. */
export function buildCodemod(
  reader: ProgramReader,
  cluster: Cluster,
  partners: readonly Cluster[],
  minOrigins: number,
): BuiltCodemod | string {
  const flaw = flawOf(cluster.generalization);
  if (flaw !== undefined) return flaw;
  const needed = namesNeeded(cluster);
  if (typeof needed === 'string') return needed;
  const files = [...new Set(cluster.occurrences.map(({ file }) => file))];
  const steps = [...partnersFor(needed, files, partners, cluster), cluster];
  const recipes: Recipe[] = [];
  for (const step of steps) {
    const recipe = readRecipe(step, step === cluster ? needed : { names: [], needs: [], notes: [] });
    if (recipe === undefined) return 'no example tells how to write it';
    recipes.push(recipe);
  }
  const covers = steps.flatMap(({ occurrences }) => occurrences.filter(({ file }) => files.includes(file)));
  const examples: CandidateExample[] = [];
  let agreement: Agreement = 'bytes';
  for (const file of files) {
    const own = covers.filter((item) => item.file === file);
    const fixture = fixtureOf(file, own, declarationsIn(needed, own));
    if (fixture === undefined) continue;
    const reached = check(reader, fixture, recipes);
    if (reached.agreement === undefined) return reached.reason;
    if (rank(reached.agreement) > rank(agreement)) agreement = reached.agreement;
    examples.push(fixture);
  }
  if (new Set(examples.map(({ origin }) => origin)).size < minOrigins)
    return 'the diffs mix it with other edits in the same places';
  const pattern = steps.map(({ generalization }) => showPattern(generalization));
  const origins = [...new Set(cluster.occurrences.map(({ file }) => file.file.origin.id))];
  const savedLines = covers.flatMap(({ unit }) => unit.changes).reduce((sum, change) => sum + linesOf(change), 0);
  const title = titleOf(pattern.at(-1) ?? { before: '', after: '' });
  const prefilter = prefilterOf(recipes.map(({ before }) => before));
  const notes = [...needed.notes, ...notesOn(cluster, examples, files)];
  const candidate: Candidate = {
    id: idOf(
      'codemod',
      steps.map(({ generalization }) => generalization),
    ),
    title,
    kind: 'codemod',
    pattern,
    examples,
    occurrences: cluster.occurrences.length,
    origins,
    savedLines,
    score: origins.length * savedLines,
    agreement,
    notes,
    prefilter,
    module: codemodModule(recipes, prefilter, { title, pattern, notes }),
  };
  return { candidate, covers };
}

const rank = (agreement: Agreement): number => ['bytes', 'syntax', 'import-order'].indexOf(agreement);

function readRecipe({ generalization, variants }: Cluster, needed: NamesNeeded): Recipe | undefined {
  for (const [index, { unit }] of variants.entries()) {
    if (!unit.isPure) continue;
    const recipe = recipeOf(generalization, index, needed);
    if (recipe !== undefined) return recipe;
  }
  return undefined;
}

/** Does the whole work in this process: the recipe is data, and nothing that came out of a diff is executed. */
function check(
  reader: ProgramReader,
  { path, before, after }: CandidateExample,
  recipes: readonly Recipe[],
): { readonly agreement: Agreement } | { readonly agreement: undefined; readonly reason: string } {
  const done = applyRecipes(reader, path, before, recipes);
  const no = (reason: string) => ({ agreement: undefined, reason });
  if (done === undefined) return no(`what it makes of ${path} cannot be parsed`);
  const agreement = compareTexts(reader, path, after, done.output);
  if (agreement === undefined)
    return no(
      done.declined[0] === undefined
        ? `it does not give back the diff of ${path}`
        : `it declines ${path}: ${done.declined[0]}`,
    );
  const again = applyRecipes(reader, path, done.output, recipes);
  if (again?.output !== done.output) return no(`it is not idempotent on ${path}`);
  return { agreement };
}

function partnersFor(
  { needs }: NamesNeeded,
  files: readonly ChangedProgram[],
  partners: readonly Cluster[],
  own: Cluster,
): Cluster[] {
  const wanted = needs.filter(({ declaration }) => declaration === null).map(({ name }) => name);
  return partners.filter((partner) => {
    if (partner === own || flawOf(partner.generalization) !== undefined) return false;
    const touched = new Set(partner.occurrences.map(({ file }) => file));
    return (
      files.every((file) => touched.has(file)) &&
      wanted.some((name) =>
        files.every((file) => moduleNames(file.after).has(name) && !moduleNames(file.before).has(name)),
      ) &&
      wanted.some((name) =>
        partner.occurrences.every(({ unit }) => saysName(unit.after, name) && !saysName(unit.before, name)),
      )
    );
  });
}

function saysName(term: Term, name: string): boolean {
  return (
    (term.type === 'Identifier' && term.value === name) ||
    Object.values(term.fields)
      .flat()
      .some((child) => saysName(child, name))
  );
}

function declarationsIn({ needs }: NamesNeeded, occurrences: readonly Occurrence[]): Term[] {
  const found = new Map<number, Term>();
  for (const { name, declaration } of needs) {
    if (declaration === null) continue;
    for (const occurrence of occurrences) {
      const term = declarationAdded(name, occurrence);
      if (term !== undefined) found.set(term.key, term);
    }
  }
  return [...found.values()];
}

function notesOn(
  { generalization }: Cluster,
  examples: readonly CandidateExample[],
  files: readonly ChangedProgram[],
): string[] {
  const notes: string[] = [];
  if (examples.some(({ isFragment }) => isFragment))
    notes.push('Some examples are pieces of files, because the diff shows no more.');
  const mixed = files.length - examples.length;
  if (mixed > 0)
    notes.push(`${mixed} of ${files.length} files mix this edit with others in the same places, and are no fixtures.`);
  if (JSON.stringify(generalization.before).includes('"scope":"local"'))
    notes.push('It is recognised by a local name, which other code may call otherwise.');
  return notes;
}
