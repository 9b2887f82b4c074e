import { OrchError } from '@codex-orch/core';

/** The module of an asset cannot be loaded, or exports nothing that can be run. */
export class AssetBrokenError extends OrchError {
  readonly code = 'asset-broken';
  readonly asset: string;

  constructor(asset: string, module: string, why: string) {
    super(`The asset "${asset}" cannot be run from ${module}: ${why}.`, {
      hint: 'No file was touched. A codemod is an ES or CommonJS module whose default export is a transform of jscodeshift.',
    });
    this.asset = asset;
  }
}

/** What an asset has to know of the whole repository could not be found out. */
export class SurveyFailedError extends OrchError {
  readonly code = 'survey-failed';
  readonly asset: string;

  constructor(asset: string, why: string, options: { readonly cause?: unknown } = {}) {
    super(`The asset "${asset}" could not look over the repository: ${why}.`, {
      ...options,
      hint: 'No file was touched. Give it more time or memory (`startMs`, `memoryMegabytes`), or mend its `survey`.',
    });
    this.asset = asset;
  }
}
