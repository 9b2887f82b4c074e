import type { AssetOptions } from '../catalogue/options.js';
import type { Declined } from '../lane/reply.js';
import type { TransformFailure } from '../lane/lanes.js';
import type { SkippedFile } from '../selection/read-file.js';
import type { Replaced } from './replace-file.js';

/** What an application may use. */
export interface ApplyLimits {
  /** Milliseconds for one file and all assets; 10 000 by default. */
  readonly fileMs?: number | undefined;
  /** Milliseconds for starting a lane and loading the assets, and for each look over the repository; 60 000 by default. */
  readonly startMs?: number | undefined;
  /** A file with more bytes is passed over; 2 MiB by default. */
  readonly maxBytes?: number | undefined;
  /** Of the heap of each lane, and of the files that assets look over; 1024 by default. */
  readonly memoryMegabytes?: number | undefined;
  /** Processes at once; as many as the machine has cores by default. */
  readonly lanes?: number | undefined;
}

/** How far an application is. */
export interface Progress {
  /** `surveying`: assets look over the whole repository, to find their options. */
  readonly phase: 'surveying' | 'examining' | 'writing';
  /** Files. */
  readonly done: number;
  readonly total: number;
  readonly changed: number;
}

/** A file that an asset changes, or would change. */
export interface ChangedFile {
  readonly path: string;
  readonly before: { readonly sha256: string; readonly bytes: number };
  readonly after: { readonly sha256: string; readonly bytes: number };
  readonly assets: readonly string[];
  /** `planned` in a dry run, and where an interruption came first. */
  readonly outcome: 'planned' | Replaced;
}

/** What applying assets did. Paths are relative to the repository's root, lists in the order of paths. */
export interface ApplyResult {
  readonly status: 'applied' | 'unchanged' | 'dry-run' | 'interrupted';
  /** Names the application for a rollback; undefined where nothing was to be written. */
  readonly id: string | undefined;
  /** Files that git knows and whose language is one of the assets'. */
  readonly listed: number;
  /** Files that went through the assets: they passed the prefilter, and were not known to stay as they are. */
  readonly examined: number;
  /** Files that were known to stay as they are. */
  readonly cached: number;
  /** What each asset was run with, by its id: what was given, the defaults, and what it found in the repository. */
  readonly options: Readonly<Record<string, AssetOptions>>;
  readonly changed: readonly ChangedFile[];
  readonly declined: readonly (Declined & { readonly path: string })[];
  readonly failures: readonly TransformFailure[];
  readonly skipped: readonly SkippedFile[];
  /** What transforms told with jscodeshift's `api.report`. */
  readonly reports: readonly { readonly path: string; readonly asset: string; readonly message: string }[];
  /** Sums of what transforms counted with jscodeshift's `api.stats`. */
  readonly stats: Readonly<Record<string, number>>;
  /** From the old contents to the new; empty where an interruption came first. */
  readonly patch: Buffer;
}
