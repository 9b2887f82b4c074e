import { analyze, type ScopeManager } from '@typescript-eslint/scope-manager';
import type { TSESTree } from '@typescript-eslint/types';
import { type Comment, parseSync } from 'oxc-parser';
import { CodemodSyntaxError } from '../codemod/errors.js';
import type { SourceFile } from '../codemod/codemod.js';
import { Lines } from './lines.js';
import { tooDeep } from './nesting.js';
import { linkParents } from './walk.js';

/** A parsed file: its tree (TS-ESTree with `range` and `parent`), and who refers to what. */
export interface Module {
  readonly path: string;
  readonly source: string;
  readonly program: TSESTree.Program;
  readonly comments: readonly Comment[];
  readonly scopes: ScopeManager;
  readonly lines: Lines;
  /** Whether the language is TypeScript. */
  readonly typescript: boolean;
  /** Whether the file is an ES module; else it is CommonJS or a script, whose top level is sloppy unless it says so. */
  readonly esm: boolean;
}

/** Several codemods run over one file one after the other; most of them change nothing, so one parse serves them all. */
let last: Module | undefined;

/**
 * Parses a file; the language goes by its extension.
 * @throws {CodemodSyntaxError} where it cannot be parsed
 */
export function parseModule(file: SourceFile): Module {
  if (last?.path === file.path && last.source === file.source) return last;
  last = parse(file);
  return last;
}

function parse({ path, source }: SourceFile): Module {
  const lang = languageOf(path);
  const lines = new Lines(source);
  const deep = tooDeep(source);
  if (deep !== undefined) {
    const { line, column } = lines.at(deep);
    throw new CodemodSyntaxError(path, line, column, 'it is nested too deeply');
  }
  const parsed = readAs(path, source, lang);
  const error = parsed.errors.find(({ severity }) => severity === 'Error');
  if (error !== undefined) {
    const { line, column } = lines.at(error.labels[0]?.start ?? 0);
    throw new CodemodSyntaxError(path, line, column, error.message);
  }
  const program = parsed.program as unknown as TSESTree.Program;
  linkParents(program);
  const esm = parsed.module.hasModuleSyntax || path.endsWith('.mjs') || path.endsWith('.mts');
  let scopes: ScopeManager | undefined;
  return {
    path,
    source,
    program,
    comments: parsed.comments,
    get scopes() {
      scopes ??= scopesOf(path, program, esm);
      return scopes;
    },
    lines,
    typescript: lang === 'ts' || lang === 'tsx' || lang === 'dts',
    esm,
  };
}

/** Half of the time of a parse, so only for a codemod that has found something to look at. */
function scopesOf(path: string, program: TSESTree.Program, esm: boolean): ScopeManager {
  try {
    return analyze(program, { sourceType: esm ? 'module' : 'commonjs', lib: [] });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new CodemodSyntaxError(path, 1, 1, 'it is nested too deeply');
  }
}

/** A `.js` file says by its syntax alone what it is: as a module first, and where that fails as CommonJS. */
function readAs(path: string, source: string, lang: Language) {
  const read = (sourceType: 'module' | 'commonjs') =>
    parseSync(path, source, { lang, sourceType, astType: 'ts', range: true, preserveParens: false });
  if (path.endsWith('.mjs') || path.endsWith('.mts')) return read('module');
  const commonjs = read('commonjs');
  return commonjs.module.hasModuleSyntax ? read('module') : commonjs;
}

type Language = 'js' | 'jsx' | 'ts' | 'tsx' | 'dts';

/** JSX is read in `.js` too, as its users write it there. */
function languageOf(path: string): Language {
  if (/\.d\.[cm]?ts$/.test(path)) return 'dts';
  if (/\.[cm]?ts$/.test(path)) return 'ts';
  if (path.endsWith('.tsx')) return 'tsx';
  return 'jsx';
}
