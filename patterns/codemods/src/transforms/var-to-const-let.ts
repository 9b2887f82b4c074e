import type { Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import { homeOf } from '../block-scope/home.js';
import { type Obstacle, obstacleTo } from '../block-scope/obstacle.js';
import { asJscodeshift } from '../codemod/as-jscodeshift.js';
import { Change } from '../codemod/change.js';
import type { Codemod } from '../codemod/codemod.js';
import { readOptions } from '../codemod/options.js';
import { valueUses } from '../syntax/early-use.js';
import { type Module, parseModule } from '../syntax/parse.js';
import { walk } from '../syntax/walk.js';

/**
 * `var` to `const`, or to `let` where it is written to again, wherever that behaves the same. A declaration with one
 * name that has to stay a `var` stays as a whole.
 *
 * Declines: `ambient`, `no-block`, `reserved-name`, `redeclared`, `maybe-script`, `dynamic-scope`, `used-outside-block`,
 * `exported`, `used-before-declaration`, `hoisted-use`, `uninitialised-in-loop`, `loop-closure`, `implicit-jsx`.
 */
export const codemod: Codemod = {
  id: 'var-to-const-let',
  prefilter: ['var'],
  transform(file, options = {}) {
    readOptions(this.id, options, {});
    const module = parseModule(file);
    const change = new Change(module);
    for (const node of walk(module.program)) {
      if (node.type !== 'VariableDeclaration' || node.kind !== 'var') continue;
      const found = decide(module, node);
      if (typeof found === 'string') change.replace([node.range[0], node.range[0] + 'var'.length], found);
      else change.decline(found.at, found.reason, found.message);
    }
    return change.result();
  },
};

export default asJscodeshift(codemod);

function decide(
  module: Module,
  declaration: TSESTree.VariableDeclaration,
): 'const' | 'let' | (Obstacle & { readonly at: TSESTree.Node }) {
  if (declaration.declare || module.path.endsWith('.d.ts') || isAmbient(declaration)) {
    return { at: declaration, reason: 'ambient', message: 'It declares what exists elsewhere.' };
  }
  const home = homeOf(declaration);
  if (!home) return { at: declaration, reason: 'no-block', message: 'Only a var may stand here without a block.' };
  if (home.kind === 'for-each' && declaration.declarations.some(({ init }) => init)) {
    return { at: declaration, reason: 'no-block', message: 'Only a var may have a value in the head of for-in.' };
  }
  const each = home.kind === 'for-each';
  let kind: 'const' | 'let' = 'const';
  const variables = module.scopes.getDeclaredVariables(declaration);
  for (const declarator of declaration.declarations) {
    if (!each && !declarator.init) kind = 'let';
    for (const variable of declaredIn(declarator, variables)) {
      const obstacle = obstacleTo(module, declarator, variable, home);
      if (obstacle) return { at: declaration, ...obstacle };
      if (valueUses(variable).some((use) => use.isWrite())) kind = 'let';
    }
  }
  return kind;
}

const declaredIn = ({ id }: TSESTree.VariableDeclarator, variables: readonly Variable[]): Variable[] =>
  variables.filter(({ identifiers }) =>
    identifiers.some(({ range }) => range[0] >= id.range[0] && range[1] <= id.range[1]),
  );

function isAmbient(node: TSESTree.Node): boolean {
  for (let above = node.parent; above; above = above.parent) {
    if (above.type === 'TSModuleDeclaration' && above.declare) return true;
  }
  return false;
}
