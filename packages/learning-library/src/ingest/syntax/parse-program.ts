import { type OxcError, parseSync } from 'oxc-parser';
import { makeCanonicalizer } from '../engine/canonical.js';
import type { Term } from '../engine/term.js';

/** Larger files are no code that somebody edits by hand. */
const MOST_CHARACTERS = 512 * 1024;
const LONGEST_LINE = 5000;
/** The parser recurses in native code, where a stack that is too small ends the process instead of throwing. */
const DEEPEST = 300;

export interface ReadProgram {
  readonly program: Term;
  /** What comments say, in their order. */
  readonly comments: readonly string[];
}

/** Reads programs into terms that can be compared with each other by their keys. */
export class ProgramReader {
  readonly #canonical = makeCanonicalizer();

  /** Whether a text is a program; its tree is not built. */
  parses(path: string, source: string): boolean {
    const lang = languageOf(path);
    if (lang === undefined || flawOfSize(source) !== undefined) return false;
    return (['module', 'commonjs'] as const).some(
      (sourceType) => !hasError(parseSync(path, source, { lang, sourceType }).errors),
    );
  }

  /** Whether a program means something: no name is declared twice, no private one not at all. */
  isSound(path: string, source: string): boolean {
    const lang = languageOf(path);
    if (lang === undefined || flawOfSize(source) !== undefined) return false;
    return (['module', 'commonjs'] as const).some((sourceType) => {
      const { errors } = parseSync(path, source, { lang, sourceType, showSemanticErrors: true });
      return !hasError(errors);
    });
  }

  /** A term like another, of other parts. */
  readonly remake = this.#canonical.remake;

  /** A program, or why it is none. Nothing of it is executed. */
  read(path: string, source: string): ReadProgram | { readonly flaw: string } {
    const flaw = flawOfSize(source);
    if (flaw !== undefined) return { flaw };
    const lang = languageOf(path);
    if (lang === undefined) return { flaw: 'it is neither JavaScript nor TypeScript' };
    for (const sourceType of ['module', 'commonjs'] as const) {
      const parsed = parseSync(path, source, { lang, sourceType, astType: 'ts', range: true, preserveParens: false });
      if (hasError(parsed.errors)) continue;
      try {
        return {
          program: this.#canonical.read(parsed.program, source),
          comments: parsed.comments.map(({ value }) => value),
        };
      } catch (error) {
        if (error instanceof RangeError) return { flaw: error.message };
        throw error;
      }
    }
    return { flaw: 'it cannot be parsed' };
  }
}

const hasError = (errors: readonly OxcError[]): boolean =>
  errors.some(({ severity }) => severity.toString() === 'Error');

function flawOfSize(source: string): string | undefined {
  if (source.length > MOST_CHARACTERS) return `it has more than ${MOST_CHARACTERS} characters`;
  if (source.includes('\0')) return 'it is binary';
  let depth = 0;
  let line = 0;
  let chain = 0;
  for (let at = 0; at < source.length; at++) {
    const char = source.charCodeAt(at);
    line = char === 10 ? 0 : line + 1;
    if (line > LONGEST_LINE)
      return `it has a line of more than ${LONGEST_LINE} characters, so it is minified or generated`;
    // Brackets in strings are counted too: too deep rather than too shallow.
    if (char === 40 || char === 91 || char === 123) depth++;
    else if (char === 41 || char === 93 || char === 125) depth = Math.max(0, depth - 1);
    // Operators that lean to the right nest without brackets.
    if (char === 59 || char === 44 || char === 125) chain = 0;
    else if (char === 60 || char === 61 || char === 63 || char === 33 || char === 45 || char === 43) chain++;
    if (depth > DEEPEST || chain > 2000) return 'it is nested too deeply';
  }
  return undefined;
}

type Language = 'jsx' | 'ts' | 'tsx';

/** JSX is read in `.js` too, as its users write it there. */
export function languageOf(path: string): Language | undefined {
  if (/\.d\.[cm]?ts$/.test(path)) return undefined;
  if (/\.[cm]?ts$/.test(path)) return 'ts';
  if (path.endsWith('.tsx')) return 'tsx';
  return /\.[cm]?jsx?$/.test(path) ? 'jsx' : undefined;
}
