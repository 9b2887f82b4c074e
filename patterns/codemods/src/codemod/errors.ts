/** The file cannot be read as JavaScript or TypeScript; it is left as it is. */
export class CodemodSyntaxError extends Error {
  readonly code = 'codemod-syntax';
  override readonly name = 'CodemodSyntaxError';

  /** From 1. */
  readonly line: number;
  /** From 1. */
  readonly column: number;

  constructor(path: string, line: number, column: number, detail: string) {
    super(`${path}:${line}:${column} cannot be parsed: ${detail}`);
    this.line = line;
    this.column = column;
  }
}

/** An option that the codemod does not know, or that has a value it cannot have. */
export class CodemodOptionsError extends Error {
  readonly code = 'codemod-options';
  override readonly name = 'CodemodOptionsError';

  constructor(codemod: string, option: string, expected: string) {
    super(`${codemod}: option "${option}" ${expected}`);
  }
}

/** A package that the codemod needs, and that not everybody has, is missing or another than it expects. */
export class CodemodDependencyError extends Error {
  readonly code = 'codemod-dependency';
  override readonly name = 'CodemodDependencyError';

  constructor(codemod: string, dependency: string, cause: unknown) {
    const [why = ''] = (cause instanceof Error ? cause.message : String(cause)).split('\n');
    super(`${codemod} needs ${dependency}: ${why}. Install it beside @codex-orch/codemods.`, { cause });
  }
}
