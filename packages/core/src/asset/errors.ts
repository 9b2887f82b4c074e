import { OrchError } from '../errors/orch-error.js';

/** The library has no asset of this name. */
export class AssetUnknownError extends OrchError {
  readonly code = 'asset-unknown';

  constructor(id: string, known: readonly string[]) {
    super(`There is no asset "${id}".`, {
      hint: known.length > 0 ? `There are: ${known.join(', ')}.` : 'No asset is offered here.',
    });
  }
}

/** The asset is another one than the one that was meant. */
export class AssetChangedError extends OrchError {
  readonly code = 'asset-changed';

  constructor(data: { id: string; wanted: string; found: string }) {
    super(`Asset "${data.id}" is ${data.found}, but ${data.wanted} was meant.`, {
      hint: 'Plan again with what the library has now.',
    });
  }
}

/** The asset does not take these options. */
export class AssetOptionsError extends OrchError {
  readonly code = 'asset-options-invalid';

  constructor(id: string, problem: string) {
    super(`The options of asset "${id}" are not possible: ${problem.replace(/\.?$/, '.')}`, {
      hint: 'Its options schema says which there are.',
    });
  }
}
