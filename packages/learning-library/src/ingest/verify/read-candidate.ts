import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { lstat, open } from 'node:fs/promises';
import path from 'node:path';
import { problemsOf, readJson } from '@codex-orch/core';
import { type CandidateFile, candidateFileSchema, fixtureFolder, moduleNames } from '../candidate/asset-file.js';
import { CandidateBrokenError } from '../errors.js';

export interface ReadFixture {
  readonly about: CandidateFile['fixtures'][number];
  readonly input: string;
  readonly output: string;
}

/** A candidate as it lies on the disk; its module is not loaded. */
export interface ReadCandidate {
  readonly asset: CandidateFile;
  /** Absolute path of the module. */
  readonly module: string;
  readonly moduleSha256: string;
  readonly fixtures: readonly ReadFixture[];
}

const MOST_BYTES = 4 * 1024 * 1024;

/** Reads a candidate's folder; links in it are not followed. Throws {@link CandidateBrokenError}. */
export async function readCandidate(folder: string): Promise<ReadCandidate> {
  const read = async (...names: string[]): Promise<Buffer> => {
    try {
      return await readOwn(path.join(folder, ...names));
    } catch (error) {
      throw new CandidateBrokenError(
        folder,
        `${names.join('/')}: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  };
  const asset = parse(folder, (await read('asset.json')).toString('utf8'));
  const entry = await lstat(path.join(folder, fixtureFolder)).catch(() => undefined);
  if (entry?.isDirectory() !== true) throw new CandidateBrokenError(folder, `${fixtureFolder} is no folder`);
  const fixtures: ReadFixture[] = [];
  for (const about of asset.fixtures) {
    const [input, output] = [await read(fixtureFolder, about.input), await read(fixtureFolder, about.output)];
    for (const [name, bytes, sha256] of [
      [about.input, input, about.inputSha256],
      [about.output, output, about.outputSha256],
    ] as const)
      if (digest(bytes) !== sha256)
        throw new CandidateBrokenError(folder, `${name} is not the part of the diff that was ingested`);
    fixtures.push({ about, input: input.toString('utf8'), output: output.toString('utf8') });
  }
  const name = moduleNames[asset.kind];
  const module = await read(name);
  return { asset, module: path.join(folder, name), moduleSha256: digest(module), fixtures };
}

const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

async function readOwn(file: string): Promise<Buffer> {
  const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const entry = await handle.stat();
    if (!entry.isFile()) throw new TypeError('it is not a regular file');
    if (entry.size > MOST_BYTES) throw new RangeError(`it is larger than ${MOST_BYTES} bytes`);
    return await handle.readFile();
  } finally {
    await handle.close();
  }
}

function parse(folder: string, text: string): CandidateFile {
  const { data, problems } = readJson(text, candidateFileSchema);
  if (problems) throw new CandidateBrokenError(folder, problemsOf('asset.json', problems).replaceAll('\n', '; '));
  return data;
}
