import { makeCanonicalizer } from '../engine/canonical.js';
import { makeMatcher } from '../engine/match.js';
import { makeRewriter } from '../engine/rewrite.js';
import { makeSafety } from '../engine/safety.js';
import { makeScopes } from '../engine/scope.js';
import type { Recipe } from '../engine/term.js';

/** What is written above a generated module. */
export interface ModuleHead {
  readonly title: string;
  readonly pattern: readonly { readonly before: string; readonly after: string }[];
  readonly notes: readonly string[];
}

/** The engine goes into each module, so that it runs with plain jscodeshift or ESLint and nothing of ours. */
function text(factory: (...parameters: never[]) => unknown): string {
  return factory
    .toString()
    .replace(/\/\*\*[\s\S]*?\*\/ ?/g, '')
    .replace(/^[ \t]+$/gm, '')
    .replace(/\n{3,}/g, '\n\n');
}

function head({ title, pattern, notes }: ModuleHead, more: readonly string[]): string {
  const safe = (line: string): string => line.replaceAll('*/', '* /').replace(/[\u2028\u2029\r]/g, ' ');
  const shown = pattern.flatMap(({ before, after }) => [
    ...before.split('\n').map((line) => `-   ${line}`),
    ...after.split('\n').map((line) => `+   ${line}`),
    '',
  ]);
  const lines = [title, '', ...shown, ...notes, ...more].slice(0, 200);
  return `/**\n${lines.map((line) => ` * ${safe(line)}`.trimEnd()).join('\n')}\n */`;
}

/** A transform for `jscodeshift -t`. It writes only what changes, so formatting and line endings stay. */
export function codemodModule(recipes: readonly Recipe[], prefilter: readonly string[], about: ModuleHead): string {
  return `${head(about, ['Generated from the diffs beside it in __testfixtures__; asset.json names the runs.'])}
export default function transform(file, api) {
  if (prefilter.length > 0 && !prefilter.some((word) => file.source.includes(word))) return undefined;
  let source = file.source;
  for (const recipe of recipes) {
    const { output, declined } = apply(recipe, read({ path: file.path, source }, api));
    for (const { start, reason } of declined) api.report(\`\${placeOf(source, start)} declined: \${reason}\`);
    source = output;
  }
  return source === file.source ? undefined : source;
}

/** A file without any of these texts cannot be changed. */
export const prefilter = ${JSON.stringify(prefilter)};

/** The patterns as trees: where \`hole\` stands, anything may stand that fits, the same for the same number. */
const recipes = ${JSON.stringify(recipes, undefined, 2)};

${readProgram}
const canonicalizer = (${text(makeCanonicalizer)})();

const matcher = (${text(makeMatcher)})();

const scopes = (${text(makeScopes)})();

const safety = (${text(makeSafety)})(scopes);

const apply = (${text(makeRewriter)})(matcher, scopes, safety);
`;
}

/** What a generated rule looks for. */
export interface RuleRecipe {
  readonly before: Recipe['before'];
  /** Statements right before the place that make it right. */
  readonly unless: readonly Recipe['before'][];
}

/** An ESLint rule; its default export reports the same places through jscodeshift. */
export function ruleModule(
  id: string,
  recipe: RuleRecipe,
  prefilter: readonly string[],
  message: string,
  about: ModuleHead,
): string {
  return `${head(about, ['Generated from the diffs beside it in __testfixtures__; asset.json names the runs.'])}
export const rule = {
  meta: {
    type: 'suggestion',
    docs: { description: ${JSON.stringify(about.title)} },
    messages: { found: ${JSON.stringify(message)} },
    schema: [],
  },
  create(context) {
    const { sourceCode } = context;
    return {
      'Program:exit'(node) {
        for (const { start, end } of find(canonicalizer.read(node, sourceCode.text)))
          context.report({
            loc: { start: sourceCode.getLocFromIndex(start), end: sourceCode.getLocFromIndex(end) },
            messageId: 'found',
          });
      },
    };
  },
};

/** The plugin: \`plugins: { ${id}: { rules } }\`. */
export const rules = { ${JSON.stringify(id)}: rule };

export default function check(file, api) {
  for (const { start } of find(read(file, api))) api.report(\`\${placeOf(file.source, start)} \${rule.meta.messages.found}\`);
  return undefined;
}

/** A file without any of these texts has nothing to report. */
export const prefilter = ${JSON.stringify(prefilter)};

/** The pattern as a tree: where \`hole\` stands, anything may stand that fits, the same for the same number. */
const recipe = ${JSON.stringify(recipe, undefined, 2)};

function find(program) {
  const found = [];
  const visit = (term) => {
    const bindings = matcher.match(recipe.before, term);
    if (bindings !== undefined && isMeant(bindings) && !isGuarded(term, bindings)) found.push(term);
    for (const child of scopes.childrenOf(term)) visit(child);
  };
  visit(program);
  return found;
}

function isMeant(bindings) {
  return matcher
    .concretes(recipe.before, bindings)
    .every(([{ scope }, place]) => scope === 'any' || scopes.isLocal(place.value, place) === (scope === 'local'));
}

/** Whether right before the place stands what the diffs added there. */
function isGuarded(term, bindings) {
  if (recipe.unless.length === 0) return false;
  const siblings = term.parent?.fields[term.slot];
  if (!Array.isArray(siblings)) return true;
  const first = siblings.indexOf(term) - recipe.unless.length;
  let known = bindings;
  return first >= 0 && recipe.unless.every((pattern, index) => (known = matcher.match(pattern, siblings[first + index], known)) !== undefined);
}

${readProgram}
const canonicalizer = (${text(makeCanonicalizer)})();

const matcher = (${text(makeMatcher)})();

const scopes = (${text(makeScopes)})();
`;
}

const readProgram = `function read({ path, source }, api) {
  const j = api.jscodeshift.withParser(/\\.[cm]?ts$/.test(path) ? 'ts' : 'tsx');
  // Offsets have to be those of the file: recast parses a copy with other blanks and line ends, unless there are none to change.
  const even = source.replace(/\\r\\n/g, ' \\n').replace(/[\\t\\v\\f\\u00a0\\ufeff]/g, ' ');
  return canonicalizer.read(j(even).nodes()[0], source);
}

function placeOf(source, offset) {
  const lines = source.slice(0, offset).split('\\n');
  return \`\${lines.length}:\${lines.at(-1).length + 1}\`;
}
`;

/** A template: parameters go where the files differed. */
export function templateModule(
  parts: readonly (string | { readonly parameter: string })[],
  parameters: readonly string[],
  about: ModuleHead,
): string {
  return `${head(about, ['Generated from the new files beside it in __testfixtures__; asset.json names the runs.'])}
export const parameters = ${JSON.stringify(parameters)};

/** The file with these parameters: all of them are texts. */
export function render(values) {
  for (const name of parameters) if (typeof values[name] !== 'string') throw new TypeError(\`the parameter "\${name}" is missing\`);
  return parts.map((part) => (typeof part === 'string' ? part : values[part.parameter])).join('');
}

/** The same for a file that holds the parameters as JSON. */
export default function renderFile(file) {
  return render(JSON.parse(file.source));
}

const parts = ${JSON.stringify(parts, undefined, 2)};
`;
}
