import type { Scope, Variable } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import type { Change } from '../codemod/change.js';
import { memberOfVariable } from '../syntax/loads.js';
import type { Module } from '../syntax/parse.js';
import { isTaken, meaningOf, variableOf } from '../syntax/references.js';
import type { Command } from './command.js';

interface Use {
  readonly node: TSESTree.Expression;
  readonly command: Command;
}

/** The uses of one name that a file has for `exec`. */
interface Uses {
  readonly name: string;
  readonly replaced: Use[];
  kept: boolean;
}

/** Puts other functions in the place of those of child_process, and makes their names known in the file. */
export class Replacement {
  readonly #module: Module;
  readonly #change: Change;
  readonly #byVariable = new Map<Variable, Uses>();
  /** Names that this change declares, by their scopes. */
  readonly #declared = new Map<Scope, Set<string>>();

  constructor(module: Module, change: Change) {
    this.#module = module;
    this.#change = change;
  }

  /** Notes a use that becomes a call of the function of this name. */
  add(node: TSESTree.Expression, name: string, command: Command): void {
    if (node.type === 'MemberExpression') {
      const [start, end] = node.property.range;
      const text = node.computed ? `'${name}'` : name;
      this.#change.replace([start, end], text, 0);
      this.#write(command);
      return;
    }
    this.#usesOf(node, name)?.replaced.push({ node, command });
  }

  /** Notes a use that stays as it is. */
  keep(node: TSESTree.Expression): void {
    const uses = this.#usesOf(node, '');
    if (uses) uses.kept = true;
  }

  /** Makes the changes of all names that were noted. */
  apply(): void {
    for (const [variable, uses] of this.#byVariable) if (uses.replaced.length > 0) this.#rename(variable, uses);
  }

  #usesOf(node: TSESTree.Expression, name: string): Uses | undefined {
    const variable = variableOf(this.#module, node);
    if (!variable) return undefined;
    const known = this.#byVariable.get(variable);
    const uses = known ? { ...known, name: known.name || name } : { name, replaced: [], kept: false };
    this.#byVariable.set(variable, uses);
    return uses;
  }

  #rename(variable: Variable, uses: Uses): void {
    const { name, replaced } = uses;
    const existing = variable.scope.variables.find((each) => {
      const member = memberOfVariable(this.#module, each);
      return member?.module === 'child_process' && member.path.join('.') === name;
    });
    const declaration = declarationOf(this.#module, variable, name);
    const isFree = existing || !isTaken(this.#module, name);
    for (const { node, command } of replaced) {
      const local = existing?.name ?? name;
      const isVisible = !existing || meaningOf(this.#module, node, existing.name) === existing;
      if (!isFree || !isVisible || !declaration) {
        this.#change.decline(node, 'name-taken', `The name ${name} cannot be declared here.`);
        continue;
      }
      this.#change.replace(node, local, 0);
      this.#write(command);
    }
    const declared = this.#declared.get(variable.scope) ?? new Set();
    if (existing || !isFree || !declaration || declared.has(name)) return;
    this.#declared.set(variable.scope, declared.add(name));
    const { replaces, place, adds } = declaration;
    if (uses.kept) this.#change.insert(place.range[1], adds);
    else this.#change.replace(place, replaces, 0);
  }

  #write({ place, file, args }: Command): void {
    this.#change.replace(place, `${file}, ${args}`);
  }
}

interface Declaration {
  readonly place: TSESTree.Node;
  /** The text in the place of the old name's declaration. */
  readonly replaces: string;
  /** The text beside it. */
  readonly adds: string;
}

/** How a name is declared beside another one of the same module. */
function declarationOf(module: Module, variable: Variable, name: string): Declaration | undefined {
  const [definition] = variable.defs;
  if (definition?.type === 'ImportBinding' && definition.node.type === 'ImportSpecifier') {
    return { place: definition.node, replaces: name, adds: `, ${name}` };
  }
  if (definition?.type !== 'Variable') return undefined;
  const { id, init } = definition.node;
  if (id.type === 'ObjectPattern') {
    const place = id.properties.find((each) => each.type === 'Property' && each.value === definition.name);
    return place && { place, replaces: name, adds: `, ${name}` };
  }
  if (id.type !== 'Identifier' || init?.type !== 'MemberExpression') return undefined;
  const text = `${name} = ${module.source.slice(...init.object.range)}.${name}`;
  return { place: definition.node, replaces: text, adds: `, ${text}` };
}
