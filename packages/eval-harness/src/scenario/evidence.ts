import { copyFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { ifAbsent, makeFolder } from '@codex-orch/core';
import type { PairResult } from './pair-result.js';

/** What people look at to see why a pair is as it is, by the ending of its file. */
const kinds = ['diff', 'log'] as const;
type EvidenceKind = (typeof kinds)[number];

/** Of what tests printed, the last of it is kept. */
const maxLogBytes = 1024 * 1024;

/** Names of targets and assets hold no separator, but may be anybody's. */
const fileOf = (pair: Pick<PairResult, 'asset' | 'target'>, kind: EvidenceKind): string =>
  [pair.target, `${pair.asset}.${kind}`].map((name) => name.replaceAll(/[^\w.@-]/g, '_')).join('/');

/**
 * Where in the folder of an evaluation lies what an asset changed in a target, as a patch, and, where that failed, what the tests printed;
 * undefined where there is none.
 */
export const evidenceOf = (
  pair: PairResult,
): { readonly diff: string | undefined; readonly log: string | undefined } => ({
  diff: pair.files.changed > 0 ? `evidence/${fileOf(pair, 'diff')}` : undefined,
  log:
    pair.verdict === 'failed' && pair.durationsMs.tests > 0 && pair.causes.every(({ kind }) => kind !== 'error')
      ? `evidence/${fileOf(pair, 'log')}`
      : undefined,
});

/** Keeps the evidence of pairs in the folder of an evaluation, and in the cache for those that take the pair from there. */
export class EvidenceStore {
  readonly #dir: string;
  readonly #cache: string;

  constructor(evaluationDir: string, cacheDir: string) {
    this.#dir = path.join(evaluationDir, 'evidence');
    this.#cache = path.join(cacheDir, 'evidence');
  }

  async put(pair: Pick<PairResult, 'asset' | 'target'>, kind: EvidenceKind, content: Uint8Array): Promise<void> {
    const file = path.join(this.#dir, fileOf(pair, kind));
    await makeFolder(path.dirname(file));
    await writeFile(file, kind === 'log' ? content.subarray(-maxLogBytes) : content);
  }

  /** What a pair left in this evaluation is there for later ones too. */
  async share(pair: PairResult): Promise<void> {
    await makeFolder(this.#cache);
    for (const kind of kinds)
      await ifAbsent(copyFile(path.join(this.#dir, fileOf(pair, kind)), this.#shared(pair, kind)), undefined);
  }

  /** What a pair that comes from the cache left there. */
  async take(pair: PairResult): Promise<void> {
    for (const kind of kinds) {
      const file = path.join(this.#dir, fileOf(pair, kind));
      await makeFolder(path.dirname(file));
      await ifAbsent(copyFile(this.#shared(pair, kind), file), undefined);
    }
  }

  #shared({ key }: PairResult, kind: EvidenceKind): string {
    return path.join(this.#cache, `${key}.${kind}`);
  }
}
