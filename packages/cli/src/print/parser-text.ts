import { anyOf, OrchError } from '@codex-orch/core';
import {
  AliasNotFoundError,
  type ApplicationText,
  ArgumentParseError,
  ArgumentScannerError,
  EnumValidationError,
  FlagNotFoundError,
  text_en,
  UnexpectedFlagError,
  UnexpectedPositionalError,
  UnsatisfiedFlagError,
  UnsatisfiedPositionalError,
} from '@stricli/core';

/** The command line cannot be understood. */
class UsageError extends OrchError {
  readonly code = 'usage';

  /** `command` are the words of the command that was recognised, with a blank behind each. */
  constructor(message: string, command: string) {
    super(message, { hint: `See \`codex-orch ${command}--help\`.` });
  }
}

export interface ParserTextOptions {
  /** What recognises a command in the words that were typed. */
  readonly command: string;
  /** Gets each error, and returns how it is written. */
  readonly tell: (error: unknown, hasColour: boolean) => string;
}

/** What the parser says, told as every other error is. */
export const parserText = ({ command, tell }: ParserTextOptions): ApplicationText => ({
  ...text_en,
  noCommandRegisteredForInput: ({ input, corrections, ansiColor }) =>
    tell(new UsageError(`There is no command "${command}${input}".${meant(corrections)}`, command), ansiColor),
  exceptionWhileParsingArguments: (thrown, hasColour) =>
    tell(thrown instanceof ArgumentScannerError ? new UsageError(problemOf(thrown), command) : thrown, hasColour),
  exceptionWhileLoadingCommandFunction: tell,
  exceptionWhileLoadingCommandContext: tell,
  exceptionWhileRunningCommand: tell,
});

function problemOf(error: ArgumentScannerError): string {
  if (error instanceof FlagNotFoundError)
    return `There is no flag --${error.input}.${meant(error.corrections.map((name) => `--${name}`))}`;
  if (error instanceof AliasNotFoundError) return `There is no flag -${error.input}.`;
  if (error instanceof EnumValidationError)
    return `--${error.externalFlagName} takes ${anyOf(error.values)}, not "${error.input}".`;
  if (error instanceof ArgumentParseError) {
    const kind = /^Cannot convert .* to (a \w+)$/s.exec((error.exception as Error).message)?.[1];
    return `--${error.externalFlagNameOrPlaceholder} takes ${kind ?? 'something else'}, not "${error.input}".`;
  }
  if (error instanceof UnsatisfiedFlagError) return `--${error.externalFlagName} needs a value.`;
  if (error instanceof UnexpectedFlagError) return `--${error.externalFlagName} is given twice.`;
  if (error instanceof UnexpectedPositionalError) return `"${error.input}" is one word too many.`;
  if (error instanceof UnsatisfiedPositionalError) return `<${error.placeholder}> is missing.`;
  return `${error.message}.`;
}

const meant = (corrections: readonly string[]): string =>
  corrections.length === 0 ? '' : ` Did you mean ${anyOf(corrections)}?`;
