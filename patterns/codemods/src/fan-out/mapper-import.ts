import type { TSESTree } from '@typescript-eslint/types';
import type { Change } from '../codemod/change.js';
import type { Module } from '../syntax/parse.js';
import { isTaken, meaningOf } from '../syntax/references.js';
import { lineEndOf, quoted } from '../syntax/text.js';
import type { Refusal } from './collection.js';

interface Wanted {
  readonly module: string;
  readonly export: string;
  /** Whether somebody named the module, and so answers for its loading. */
  readonly isChosen: boolean;
}

/** The bounded map that a file imports, or will. */
export class MapperImport {
  readonly #module: Module;
  readonly #wanted: Wanted;
  readonly #existing: string | undefined;

  constructor(module: Module, wanted: Wanted) {
    this.#module = module;
    this.#wanted = wanted;
    this.#existing = importedAs(module, wanted);
  }

  /** What the file calls it. */
  get name(): string {
    return this.#existing ?? (this.#wanted.export === 'default' ? 'pMap' : this.#wanted.export);
  }

  /** Why it cannot be called at a place. */
  refuse(at: TSESTree.Node): Refusal | undefined {
    if (this.#existing !== undefined) {
      const meaning = meaningOf(this.#module, at, this.#existing);
      const isImport = typeof meaning === 'object' && meaning.scope.block.type === 'Program';
      return isImport ? undefined : { at, reason: 'name-taken', message: `${this.#existing} is another name here.` };
    }
    if (isTaken(this.#module, this.name)) {
      return { at, reason: 'name-taken', message: `The name ${this.name} cannot be declared in this file.` };
    }
    if (!this.#module.esm && !this.#wanted.isChosen) {
      return { at, reason: 'commonjs', message: 'p-map cannot be required everywhere; name a module that can.' };
    }
    return undefined;
  }

  /** Imports it, beside what the file imports already. */
  declare(change: Change): void {
    if (this.#existing !== undefined) return;
    const { program, esm } = this.#module;
    const source = quoted(this.#module, this.#wanted.module);
    const isDefault = this.#wanted.export === 'default';
    const binding = isDefault ? this.name : `{ ${this.name} }`;
    const statement = esm ? `import ${binding} from ${source};` : `const ${binding} = require(${source});`;
    const lineEnd = lineEndOf(this.#module);
    const before = program.body.findLast(isHead);
    if (before) change.insert(before.range[1], lineEnd + statement);
    else change.insert(startOf(this.#module), statement + lineEnd);
  }
}

const isHead = (node: TSESTree.Node) =>
  node.type === 'ImportDeclaration' || (node.type === 'ExpressionStatement' && typeof node.directive === 'string');

/** Behind a byte order mark, a hashbang and the comments at the top. */
function startOf({ program, source }: Module): number {
  const [first] = program.body;
  const hashbang = /^\uFEFF?(?:#!.*(?:\r?\n|$))?/.exec(source)?.[0].length ?? 0;
  return first ? Math.max(hashbang, first.range[0]) : hashbang;
}

function importedAs({ program, source }: Module, wanted: Wanted): string | undefined {
  for (const node of program.body) {
    if (node.type === 'ImportDeclaration' && node.source.value === wanted.module && node.importKind !== 'type') {
      for (const specifier of node.specifiers) {
        const name =
          specifier.type === 'ImportDefaultSpecifier'
            ? 'default'
            : specifier.type === 'ImportSpecifier' && specifier.imported.type === 'Identifier'
              ? specifier.imported.name
              : undefined;
        if (name === wanted.export) return specifier.local.name;
      }
    }
    if (node.type === 'VariableDeclaration' && node.declarations.length === 1) {
      const [declared] = node.declarations;
      const text = declared.init ? source.slice(...declared.init.range) : '';
      if (!/^require\((['"]).+\1\)$/.test(text) || text.slice(9, -2) !== wanted.module) continue;
      const name = nameIn(declared.id, wanted.export);
      if (name !== undefined) return name;
    }
  }
  return undefined;
}

function nameIn(id: TSESTree.BindingName, exported: string): string | undefined {
  if (id.type === 'Identifier') return exported === 'default' ? id.name : undefined;
  if (id.type !== 'ObjectPattern') return undefined;
  const property = id.properties.find(
    (each) => each.type === 'Property' && each.key.type === 'Identifier' && each.key.name === exported,
  );
  return property?.type === 'Property' && property.value.type === 'Identifier' ? property.value.name : undefined;
}
