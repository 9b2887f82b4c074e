import { ReferenceTracker } from '@eslint-community/eslint-utils';
import type { Scope, SourceCode } from 'eslint';
import { parentOf, type Node, type NodeOf } from '../syntax/node.js';

/** Members of one module and what to know of each. */
export type Members<Info> = Readonly<Record<string, Info>>;

/** A place where a member of a module is called or constructed. */
export interface ModuleCall<Info> {
  readonly node: NodeOf<'CallExpression' | 'NewExpression'>;
  /** Its name in the module, whatever the file calls it. */
  readonly member: string;
  readonly info: Info;
}

type TraceMap = Parameters<ReferenceTracker['iterateEsmReferences']>[0];

/**
 * Finds calls of members of modules, through imports, `require`, aliases and destructuring.
 *
 * @param members by module; the name of a builtin also stands for its `node:` form
 */
export function moduleCalls<Info>(
  sourceCode: SourceCode,
  members: Readonly<Record<string, Members<Info>>>,
): ModuleCall<Info>[] {
  const globalScope = sourceCode.scopeManager.globalScope;
  if (globalScope === null) return [];
  const found = modulesOf(sourceCode, globalScope);
  const wanted = [...found.names].filter((name) => members[bare(name)] !== undefined);
  if (wanted.length === 0) return [];

  const map: TraceMap = Object.fromEntries(wanted.map((name) => [name, traces(members[bare(name)] ?? {})]));
  const tracker = new ReferenceTracker(globalScope, { mode: 'legacy' });
  const references = [...tracker.iterateEsmReferences(map)];
  for (const { call, name } of found.requires) {
    const below = map[name];
    if (below !== undefined) references.push(...tracker.iteratePropertyReferences(call, below));
  }
  return references.map(({ node, path, info }) => ({
    node: node as NodeOf<'CallExpression' | 'NewExpression'>,
    member: path.at(-1) ?? '',
    info: info as Info,
  }));
}

function traces<Info>(members: Members<Info>): TraceMap[string] {
  const trace: TraceMap[string] = {};
  for (const [path, info] of Object.entries(members)) {
    let at = trace;
    for (const name of path.split('.')) at = at[name] ??= {};
    at[ReferenceTracker.CALL] = info;
    at[ReferenceTracker.CONSTRUCT] = info;
  }
  return trace;
}

interface Modules {
  readonly names: ReadonlySet<string>;
  readonly requires: readonly { readonly call: NodeOf<'CallExpression'>; readonly name: string }[];
}

const known = new WeakMap<SourceCode, Modules>();

/** Modules that a file imports or requires; the rules of one run share the answer. */
function modulesOf(sourceCode: SourceCode, globalScope: Scope.Scope): Modules {
  let modules = known.get(sourceCode);
  if (modules === undefined) {
    const requires = requireCalls(globalScope);
    const names = new Set(requires.map(({ name }) => name));
    for (const statement of sourceCode.ast.body) {
      if (statement.type === 'ImportDeclaration') names.add(String(statement.source.value));
    }
    modules = { names, requires };
    known.set(sourceCode, modules);
  }
  return modules;
}

/** Whether the file imports or requires a module of this name (without `node:`). */
export function usesModule(sourceCode: SourceCode, test: (name: string) => boolean): boolean {
  const { globalScope } = sourceCode.scopeManager;
  return globalScope !== null && [...modulesOf(sourceCode, globalScope).names].some((name) => test(bare(name)));
}

/** `require` is a global without a declaration unless the config names it, so its references may be unresolved. */
function requireCalls(globalScope: Scope.Scope): { call: NodeOf<'CallExpression'>; name: string }[] {
  const declared = globalScope.set.get('require');
  if (declared !== undefined && declared.defs.length > 0) return [];
  const unresolved = globalScope.through.filter(({ identifier }) => identifier.name === 'require');
  return [...(declared?.references ?? []), ...unresolved].flatMap(({ identifier }) => {
    const call = parentOf(identifier as Node);
    if (call?.type !== 'CallExpression' || call.callee !== identifier) return [];
    const name = call.arguments[0];
    return name?.type === 'Literal' && typeof name.value === 'string' ? [{ call, name: name.value }] : [];
  });
}

function bare(name: string): string {
  return name.startsWith('node:') ? name.slice('node:'.length) : name;
}
