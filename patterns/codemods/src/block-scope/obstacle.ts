import type { Scope, Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import { hasOwnScope, wrapperNames } from '../syntax/commonjs.js';
import { dynamicPlaceIn } from '../syntax/dynamic.js';
import { earlyUse, hasLinks, isExported, valueUses } from '../syntax/early-use.js';
import type { Module } from '../syntax/parse.js';
import { loopsAround, outermostUnit } from '../syntax/units.js';
import type { Home } from './home.js';
import { isUsedByJsx } from './jsx.js';

/** Why a `var` has to stay one. */
export interface Obstacle {
  readonly reason: string;
  readonly message: string;
}

const obstacle = (reason: string, message: string): Obstacle => ({ reason, message });

/** What stands in the way of binding one name of a `var` in its block; nothing where it behaves the same. */
export function obstacleTo(
  module: Module,
  declarator: TSESTree.VariableDeclarator,
  variable: Variable,
  home: Home,
): Obstacle | undefined {
  const { name } = variable;
  const frame = variable.scope.block;
  return (
    nameObstacle(module, variable, home) ??
    (dynamicPlaceIn(module, frame) &&
      obstacle('dynamic-scope', `eval or with can reach "${name}" by its name at run time.`)) ??
    placeObstacle(module, variable, home) ??
    (home.kind === 'for-each' ? undefined : timeObstacle(module, variable, home, declarator)) ??
    loopObstacle(variable, home, declarator, frame) ??
    (isUsedByJsx(module, variable, home.node, declarator.range[1])
      ? obstacle('implicit-jsx', `JSX uses "${name}" without naming it.`)
      : undefined)
  );
}

function nameObstacle(module: Module, variable: Variable, home: Home): Obstacle | undefined {
  const { name } = variable;
  if (name === 'let' || name === 'arguments' || name === 'undefined') {
    return obstacle('reserved-name', `"${name}" is no name for let or const, or means something else there.`);
  }
  if (variable.defs.length !== 1 || variable.identifiers.length !== 1) {
    return obstacle('redeclared', `"${name}" is declared more than once in this function.`);
  }
  if (isShadowed(module, variable, home.node) || isFunctionInBlock(variable.scope, name, true)) {
    return obstacle('redeclared', `"${name}" is also the name of a parameter of catch, or of a function in a block.`);
  }
  if (variable.scope.block.type !== 'Program') return undefined;
  if (!hasOwnScope(module)) {
    return obstacle('maybe-script', `"${name}" is a property of the global object if this file is run as a script.`);
  }
  if (wrapperNames.has(name) && (!module.esm || module.typescript)) {
    return obstacle('reserved-name', `"${name}" is a parameter of the wrapper of a CommonJS module.`);
  }
  return undefined;
}

/** Whether a scope between the declaration and the function has the name too: the parameter of a `catch`. */
function isShadowed(module: Module, variable: Variable, home: TSESTree.Node): boolean {
  for (let node: TSESTree.Node | undefined = home; node && node !== variable.scope.block; node = node.parent) {
    const scope = module.scopes.acquire(node);
    if (scope && scope !== variable.scope && scope.set.has(variable.name)) return true;
  }
  return false;
}

/** A function in a block also writes to the `var` of its name, in sloppy mode. */
function isFunctionInBlock(scope: Scope, name: string, outermost: boolean): boolean {
  if (!outermost && scope.set.get(name)?.defs.some(({ type }) => type === 'FunctionName')) return true;
  return scope.childScopes.some(
    (child) => /^(?:block|for|switch|catch|with)$/.test(child.type) && isFunctionInBlock(child, name, false),
  );
}

function placeObstacle(module: Module, variable: Variable, home: Home): Obstacle | undefined {
  const { name } = variable;
  const outside = variable.references.find(
    ({ identifier: { range } }) =>
      !variable.identifiers.some((each) => each.range[0] === range[0]) &&
      (range[0] < home.reach[0] || range[1] > home.reach[1]),
  );
  if (outside) {
    const { line } = module.lines.at(outside.identifier.range[0]);
    return obstacle('used-outside-block', `"${name}" is used outside of its block, at line ${line}.`);
  }
  if (isExported(variable) && (hasLinks(module) || home.node.type === 'TSModuleBlock')) {
    return obstacle('exported', `A module in an import cycle with this one can see "${name}" before it has a value.`);
  }
  return undefined;
}

function timeObstacle(
  module: Module,
  variable: Variable,
  home: Home,
  declarator: TSESTree.VariableDeclarator,
): Obstacle | undefined {
  const { name } = variable;
  const end = declarator.range[1];
  if (home.kind === 'case') {
    const hoisted = valueUses(variable).find(({ identifier }) => {
      const unit = outermostUnit(identifier, home.node);
      return unit?.type === 'FunctionDeclaration' && unit.parent === home.node;
    });
    if (hoisted) return obstacle('hoisted-use', `A function that uses "${name}" can be called from another case.`);
  }
  const early = earlyUse(module, { variable, home: home.node, end });
  if (!early) return undefined;
  const { line } = module.lines.at(early.at.range[0]);
  return early.kind === 'direct'
    ? obstacle('used-before-declaration', `"${name}" is used before it is declared, at line ${line}.`)
    : obstacle('hoisted-use', `A function that uses "${name}", at line ${line}, may be called before it is declared.`);
}

function loopObstacle(
  variable: Variable,
  home: Home,
  declarator: TSESTree.VariableDeclarator,
  frame: TSESTree.Node,
): Obstacle | undefined {
  const { name } = variable;
  const around = loopsAround(home.node, frame);
  const each = home.kind === 'for-each';
  if (around.length > 0 && !each && !declarator.init) {
    return obstacle('uninitialised-in-loop', `"${name}" keeps its value from one round of the loop to the next.`);
  }
  const uses = valueUses(variable);
  const captured = uses.some(({ identifier }) => outermostUnit(identifier, frame));
  if (!captured) return undefined;
  const isWritten = uses.some((use) => use.isWrite());
  if (around.length > 0 || each || (home.kind === 'for' && isWritten)) {
    return obstacle('loop-closure', `A function in the loop uses "${name}", which all rounds share.`);
  }
  return undefined;
}
