import type { TSESTree } from '@typescript-eslint/types';
import { asJscodeshift } from '../codemod/as-jscodeshift.js';
import { Change } from '../codemod/change.js';
import type { Codemod } from '../codemod/codemod.js';
import { list, oneOf, readOptions } from '../codemod/options.js';
import { builtins, isCommonlyMocked } from '../mocks/builtins.js';
import { mayMock, plainMockNames, possibleMockNames } from '../mocks/mock-names.js';
import { mockedIn } from '../mocks/survey.js';
import { type Load, loadsOf } from '../syntax/loads.js';
import { type Module, parseModule } from '../syntax/parse.js';
import { keyOf, literalText } from '../syntax/references.js';
import { quoted } from '../syntax/text.js';
import { walk } from '../syntax/walk.js';

const readers = {
  /** Builtins that other files replace by name; `none`; without it those with effects outside are left alone. */
  mocked: list,
  /** Whether a mocked builtin keeps its old name everywhere, or the mock is renamed with it. */
  mocks: oneOf('keep', 'rewrite'),
};

/** Beside a quoted name, the tools that take it as an unquoted key. */
const prefilter = [...builtins]
  .filter((name) => !name.includes('/'))
  .flatMap((name) => ["'", '"', '`'].map((quote) => quote + name))
  .concat('proxyquire', 'esmock', 'sandboxed-module');

/**
 * `'fs'` to `'node:fs'` wherever a module is loaded, but not past a mock: a test that replaces `'fs'` by name in another
 * file would be handed the real one. Which builtins those are, `survey` finds.
 *
 * Declines: `mocked-here`, `mocked-elsewhere`, `mocks-unknown`, `unknown-require`.
 */
export const codemod: Codemod = {
  id: 'node-protocol-mock-aware',
  prefilter,
  transform(file, options = {}) {
    const { mocked, mocks } = readOptions('node-protocol-mock-aware', options, readers);
    const module = parseModule(file);
    const change = new Change(module);
    const loads = loadsOf(module).filter((load) => builtins.has(load.name) && isPlain(module, load));
    const plain = mocks === 'rewrite' ? plainMockNames(module) : [];
    if (loads.length + plain.length > 0) {
      const here = mockedHere(module, plain);
      for (const { node, name } of [...loads.map((load) => ({ node: load.specifier, name: load.name })), ...plain]) {
        const reason = reasonToKeep(name, here, mocked);
        if (reason) change.decline(node, ...reason);
        else rename(module, node, name, change);
      }
    }
    declineHiddenLoads(module, change);
    return change.result();
  },
  survey(files, options = {}) {
    const { mocks } = readOptions('node-protocol-mock-aware', options, readers);
    return { ...options, mocked: mockedIn(files, mocks === 'rewrite') };
  },
};

export default asJscodeshift(codemod);

/** The names that this file may hand to a mocking tool, but for those that are renamed. */
function mockedHere(module: Module, renamed: readonly { readonly node: TSESTree.Node }[]): ReadonlySet<string> {
  if (!mayMock(module.source)) return new Set();
  const nodes = new Set(renamed.map(({ node }) => node));
  const names = possibleMockNames(module).filter(({ node }) => !nodes.has(node));
  return new Set(names.map(({ name }) => name));
}

function reasonToKeep(
  name: string,
  here: ReadonlySet<string>,
  mocked: readonly string[] | undefined,
): [reason: string, message: string] | undefined {
  if (here.has(name)) return ['mocked-here', `This file may replace '${name}' by that name.`];
  if (mocked?.includes(name)) return ['mocked-elsewhere', `Another file replaces '${name}' by that name.`];
  if (!mocked && isCommonlyMocked(name)) {
    return ['mocks-unknown', `Tests may replace '${name}' by that name; say so by the option mocked, or project.`];
  }
  return undefined;
}

function rename(module: Module, node: TSESTree.Node, name: string, change: Change): void {
  // Only a mock is named by a key.
  if (node.parent?.type === 'Property' && node.parent.key === node) {
    const text = quoted(module, `node:${name}`);
    change.replace(node, node.parent.shorthand ? `${text}: ${name}` : text);
    return;
  }
  const start = node.range[0] + 1;
  change.replace([start, start], 'node:');
}

/** A name that is written with escapes is beyond the prefilter, and nobody writes it. */
const isPlain = ({ source }: Module, { specifier, name }: Load) =>
  source.slice(specifier.range[0] + 1, specifier.range[1] - 1) === name;

/** A `require` that is not known to be Node's: AMD's, a bundle's, or one that a test wrapped. */
function declineHiddenLoads(module: Module, change: Change): void {
  if (!module.source.includes('require')) return;
  const known = new Set(loadsOf(module).map(({ specifier }) => specifier));
  for (const node of walk(module.program)) {
    if (node.type !== 'CallExpression') continue;
    const { callee } = node;
    const named = callee.type === 'MemberExpression' && keyOf(callee) === 'resolve' ? callee.object : callee;
    const [first] = node.arguments;
    if (named.type !== 'Identifier' || named.name !== 'require' || !first || known.has(first)) continue;
    const name = literalText(first) ?? '';
    if (builtins.has(name) && isPlain(module, { specifier: first, name })) {
      change.decline(first, 'unknown-require', 'This require is not known to be that of Node.');
    }
  }
}
