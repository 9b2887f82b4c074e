import { createHash } from 'node:crypto';
import { mkdir, rename, rm } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, writeError, writeFileAtomic } from '@codex-orch/core';
import { CandidateExistsError } from '../errors.js';
import { type CandidateFile, fixtureFolder, moduleNames } from './asset-file.js';
import type { Candidate } from './candidate.js';

/**
 * Writes a candidate into a new folder named by its id below `into`: its module, its fixtures, and `asset.json` with where it comes from.
 * The folder is there whole or not at all.
 *
 * @returns the absolute path of the folder. Throws {@link CandidateExistsError}, `NotWritableError` and `DiskFullError`.
 */
export async function writeCandidate(candidate: Candidate, into: string): Promise<string> {
  const folder = path.resolve(into, candidate.id);
  const draft = `${folder}.draft`;
  await makeFolder(path.dirname(folder), {});
  await rm(draft, { recursive: true, force: true });
  try {
    await mkdir(path.join(draft, fixtureFolder), { recursive: true });
    const fixtures: CandidateFile['fixtures'] = [];
    for (const [index, example] of candidate.examples.entries()) {
      const { path: place, before, after, origin, sha256, isFragment, isPart, edits } = example;
      const kind = path.extname(place).slice(1);
      const input = `${index + 1}.input.${candidate.kind === 'template' ? 'json' : kind}`;
      const output = `${index + 1}.output.${kind}`;
      await writeFileAtomic(path.join(draft, fixtureFolder, input), before, { durable: false });
      await writeFileAtomic(path.join(draft, fixtureFolder, output), after, { durable: false });
      fixtures.push({
        input,
        output,
        inputSha256: digest(before),
        outputSha256: digest(after),
        path: place,
        origin,
        sha256,
        isFragment,
        isPart,
        edits,
      });
    }
    await writeFileAtomic(path.join(draft, moduleNames[candidate.kind]), candidate.module, { durable: false });
    await writeFileAtomic(
      path.join(draft, 'asset.json'),
      `${JSON.stringify(fileOf(candidate, fixtures), undefined, 2)}\n`,
      { durable: false },
    );
    await rename(draft, folder);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOTEMPTY' || code === 'EEXIST' || code === 'ENOTDIR') throw new CandidateExistsError(folder);
    throw writeError(folder, error);
  }
  return folder;
}

const digest = (text: string): string => createHash('sha256').update(text).digest('hex');

function fileOf(candidate: Candidate, fixtures: CandidateFile['fixtures']): CandidateFile {
  const { id, kind, title, pattern, prefilter, occurrences, savedLines, score, notes, examples } = candidate;
  const provenance = new Map(examples.map(({ origin, sha256 }) => [sha256, { origin, sha256 }]));
  return {
    schemaVersion: 1,
    id,
    kind,
    status: 'candidate',
    title,
    pattern: [...pattern],
    prefilter: [...prefilter],
    occurrences,
    savedLines,
    score,
    notes: [...notes],
    provenance: [...provenance.values()],
    fixtures,
  };
}
