import { OrchError } from '@codex-orch/core';
import type { Problem } from './problem.js';

/** The index of assets cannot be read. */
export class IndexBrokenError extends OrchError {
  readonly code = 'asset-index-broken';
  readonly problems: readonly Problem[];

  constructor(file: string, problems: readonly Problem[]) {
    const told = problems.map(({ where, line, column, message }) =>
      line === undefined ? `${file}: ${where}: ${message}` : `${file}:${line}:${column ?? 1}: ${message}`,
    );
    super(`The index of assets cannot be used.\n${told.join('\n')}`, {
      hint: 'Mend the file by hand, or take an earlier version of it from git. Nothing was changed.',
    });
    this.problems = problems;
  }
}

/** Somebody else changed the index while it was changed here, again and again. */
export class IndexBusyError extends OrchError {
  readonly code = 'asset-index-busy';
  override readonly interrupts = true;

  constructor(file: string) {
    super(`${file} is being changed by somebody else; nothing was written.`, {
      hint: 'Wait a moment, then try again.',
    });
  }
}

/** No asset of the index has this id. */
export class UnknownAssetError extends OrchError {
  readonly code = 'unknown-asset';

  constructor(id: string, known: readonly string[]) {
    const near = known.filter((other) => isNear(id, other)).slice(0, 5);
    super(`There is no asset "${id}".`, {
      hint: near.length > 0 ? `Did you mean ${near.join(', ')}?` : '`codex-orch patterns list` shows all.',
    });
  }
}

const isNear = (id: string, other: string): boolean =>
  other.includes(id) || id.includes(other) || id.split('-').some((word) => word.length > 3 && other.includes(word));

/** An asset is there, and cannot be run: it is a rule or a template, or it is retired. */
export class AssetNotRunnableError extends OrchError {
  readonly code = 'asset-not-runnable';

  constructor(id: string, why: string, hint: string) {
    super(`The asset "${id}" cannot be applied: ${why}.`, { hint });
  }
}

/** The package of an asset is not installed, or does not export the module that the index names. */
export class AssetNotInstalledError extends OrchError {
  readonly code = 'asset-not-installed';

  constructor(id: string, specifier: string, why: string) {
    super(`The module ${specifier} of the asset "${id}" cannot be found: ${why}.`, {
      hint: 'Install its package where the index is, at the version that the index names; a package of this repository has to be built.',
    });
  }
}

/** The code of an asset cannot be read. */
export class ModuleUnreadableError extends OrchError {
  readonly code = 'asset-module-unreadable';

  constructor(module: string, why: string) {
    super(`The module ${module} cannot be read: ${why}.`, { hint: 'Install or build its package again.' });
  }
}

/** Options that an asset does not have, or values that it does not take. */
export class OptionsInvalidError extends OrchError {
  readonly code = 'asset-options-invalid';
  readonly problems: readonly string[];

  constructor(asset: string, problems: readonly string[], known: readonly string[]) {
    super(`The options of "${asset}" are refused: ${problems.join('; ')}.`, {
      hint: known.length > 0 ? `It knows ${known.join(', ')}.` : 'It has no options.',
    });
    this.problems = problems;
  }
}

/** The JSON Schema that an asset gives for its options is none. */
export class OptionsSchemaBrokenError extends OrchError {
  readonly code = 'asset-options-schema-broken';

  constructor(asset: string, cause: unknown) {
    super(
      `The schema of the options of "${asset}" cannot be used: ${cause instanceof Error ? cause.message : String(cause)}.`,
      {
        cause,
        hint: 'Mend `optionsSchema` of the asset in the index.',
      },
    );
  }
}
