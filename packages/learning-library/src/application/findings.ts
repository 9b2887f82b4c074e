import type { TransformFailure, TransformedFile } from '../lane/lanes.js';
import type { Declined } from '../lane/reply.js';
import type { Candidate } from '../selection/candidates.js';
import type { SkippedFile } from '../selection/read-file.js';
import type { ApplicationRecord } from './application.js';
import type { PlannedChanges } from './plan-changes.js';
import type { ApplyResult } from './result.js';

/** A file with a new content. */
export interface Transformed {
  readonly path: string;
  readonly before: Buffer;
  readonly after: Buffer;
  readonly assets: readonly string[];
}

/** Collects what becomes of the files. They come in any order; what leaves is in the order of paths. */
export class Findings {
  cached = 0;
  readonly changed: Transformed[] = [];
  readonly skipped: SkippedFile[] = [];
  readonly #listed: number;
  readonly #declined: (Declined & { readonly path: string })[] = [];
  readonly #failures: TransformFailure[] = [];
  readonly #reports: { readonly path: string; readonly asset: string; readonly message: string }[] = [];
  readonly #stats = new Map<string, number>();
  #examined = 0;

  readonly #options: ApplyResult['options'];

  /** `listed` is how many files may be looked at, `options` what the assets are run with. */
  constructor(listed = 0, options: ApplyResult['options'] = {}) {
    this.#listed = listed;
    this.#options = options;
  }

  add({ file, output, changes, declined, reports, stats, failure }: TransformedFile<Candidate>): void {
    const { path, content } = file;
    this.#examined += 1;
    if (failure) this.#failures.push(failure);
    for (const place of declined) this.#declined.push({ path, ...place });
    for (const report of reports) this.#reports.push({ path, ...report });
    for (const [name, count] of Object.entries(stats)) this.#stats.set(name, (this.#stats.get(name) ?? 0) + count);
    if (output && !output.equals(content))
      this.changed.push({ path, before: content, after: output, assets: changes.map(({ asset }) => asset) });
  }

  /** What a record of an application tells beside its changes. */
  record(): Pick<ApplicationRecord, 'declined' | 'failures' | 'skipped'> {
    return {
      declined: this.#declined.toSorted((a, b) => byPath(a, b) || a.line - b.line || a.column - b.column),
      failures: this.#failures.toSorted(byPath),
      skipped: this.skipped.toSorted(byPath),
    };
  }

  result(
    status: ApplyResult['status'],
    { changes, record }: { readonly changes?: PlannedChanges; readonly record?: ApplicationRecord },
  ): ApplyResult {
    return {
      status,
      id: record?.id,
      listed: this.#listed,
      examined: this.#examined,
      cached: this.cached,
      options: this.#options,
      changed: record?.files ?? changes?.files ?? [],
      declined: this.#declined.toSorted((a, b) => byPath(a, b) || a.line - b.line || a.column - b.column),
      failures: this.#failures.toSorted(byPath),
      skipped: this.skipped.toSorted(byPath),
      reports: this.#reports.toSorted(byPath),
      stats: Object.fromEntries([...this.#stats].sort()),
      patch: changes?.patch ?? Buffer.alloc(0),
    };
  }
}

const byPath = (a: { readonly path: string }, b: { readonly path: string }): number =>
  a.path < b.path ? -1 : a.path > b.path ? 1 : 0;
