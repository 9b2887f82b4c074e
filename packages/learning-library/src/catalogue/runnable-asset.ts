import type { Language } from '../selection/languages.js';

/** An asset that can be applied: where its module is, and what has to be known before it is loaded. */
export interface RunnableAsset {
  readonly id: string;
  readonly version: string;
  /** Absolute path of its ES or CommonJS module. */
  readonly module: string;
  /** See {@link digestModule}. */
  readonly sha256: string;
  /** Texts of which a file has at least one if the asset can change it; without any, every file is looked at. */
  readonly prefilter: readonly string[];
  readonly languages: readonly Language[];
  /** Whether its own output is known to stay as it is, so that it need not be looked at again. */
  readonly idempotent: boolean;
  /** A JSON Schema of its options. */
  readonly optionsSchema?: Readonly<Record<string, unknown>> | undefined;
}
