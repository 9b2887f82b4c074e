import { realpath } from 'node:fs/promises';
import path from 'node:path';
import { transformAll, type LaneFile, type TransformedFile } from '../../lane/lanes.js';
import { CandidateBrokenError } from '../errors.js';
import { ProgramReader } from '../syntax/parse-program.js';
import { type Agreement, compareTexts, firstDifference } from './compare-texts.js';
import { type ReadCandidate, readCandidate, type ReadFixture } from './read-candidate.js';

export interface VerifyCandidateOptions {
  /** For one fixture; 10 seconds by default. */
  readonly fileMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One example of which the candidate does not give back the diff. */
export interface CandidateFailure {
  /** The input fixture. */
  readonly fixture: string;
  /** The run or diff file that it comes from. */
  readonly origin: string;
  readonly code:
    'differs' | 'not-idempotent' | 'reports-wrongly' | 'threw' | 'output-broken' | 'time-limit' | 'lane-died';
  readonly message: string;
  /** The first line where it parts from the diff, from 1. */
  readonly difference?: { readonly line: number; readonly wanted: string; readonly found: string };
}

/** Whether a candidate may enter the index as such. */
export interface CandidateVerdict {
  readonly id: string;
  readonly kind: 'codemod' | 'rule' | 'template';
  readonly passed: boolean;
  /** What was verified: the digest of the module. */
  readonly moduleSha256: string;
  /** The weakest agreement with the diffs; null where one is not given back. */
  readonly agreement: Agreement | null;
  readonly examples: number;
  readonly failures: readonly CandidateFailure[];
}

/**
 * Runs a candidate on the diffs that it was made from: it has to give back each of them, and to leave its own output alone; a rule has to
 * report the places that the diffs changed, and nothing after them. The module runs in a process of its own that can only read, with a
 * time limit; agreement is judged outside of it.
 *
 * Throws {@link CandidateBrokenError}, `AssetBrokenError` where the module cannot be loaded, and the signal's reason.
 */
export async function verifyCandidate(folder: string, options: VerifyCandidateOptions = {}): Promise<CandidateVerdict> {
  const root = await realpath(folder).catch((error: unknown) => {
    throw new CandidateBrokenError(folder, error instanceof Error ? error.message : String(error));
  });
  const candidate = await readCandidate(root);
  const judge = candidate.asset.kind === 'rule' ? judgeRule : judgeRewrite;
  const { failures, agreement } = await judge(candidate, root, options);
  return {
    id: candidate.asset.id,
    kind: candidate.asset.kind,
    passed: failures.length === 0,
    moduleSha256: candidate.moduleSha256,
    agreement: failures.length === 0 ? agreement : null,
    examples: candidate.fixtures.length,
    failures,
  };
}

interface Judgement {
  readonly failures: readonly CandidateFailure[];
  readonly agreement: Agreement;
}

interface FixtureFile extends LaneFile {
  readonly fixture: ReadFixture;
}

type Result = TransformedFile<FixtureFile>;

async function judgeRewrite(
  candidate: ReadCandidate,
  root: string,
  options: VerifyCandidateOptions,
): Promise<Judgement> {
  const reader = new ProgramReader();
  const failures: CandidateFailure[] = [];
  let agreement: Agreement = 'bytes';
  const again: FixtureFile[] = [];
  for (const result of await run(
    candidate,
    root,
    candidate.fixtures.map((fixture) => fileOf(fixture, fixture.input)),
    options,
  )) {
    const { fixture } = result.file;
    const failure = failureOf(result);
    if (failure !== undefined) {
      failures.push(failure);
      continue;
    }
    const found = result.output?.toString('utf8') ?? fixture.input;
    const reached = compareTexts(reader, fixture.about.output, fixture.output, found);
    if (reached === undefined) {
      const why = [
        ...result.reports.map(({ message }) => message),
        ...result.declined.map(({ message }) => message),
      ].join('; ');
      const message = `it does not give back the diff${why === '' ? '' : ` (${why.slice(0, 500)})`}`;
      failures.push({
        ...nameOf(fixture),
        code: 'differs',
        message,
        difference: firstDifference(fixture.output, found),
      });
      continue;
    }
    if (order.indexOf(reached) > order.indexOf(agreement)) agreement = reached;
    again.push(fileOf(fixture, found));
  }
  if (candidate.asset.kind !== 'template')
    for (const result of await run(candidate, root, again, options)) {
      const { fixture, content } = result.file;
      const failure = failureOf(result);
      if (failure !== undefined) failures.push(failure);
      else if (result.output !== undefined) {
        const difference = firstDifference(content.toString('utf8'), result.output.toString('utf8'));
        failures.push({ ...nameOf(fixture), code: 'not-idempotent', message: 'it changes its own output', difference });
      }
    }
  return { failures, agreement };
}

const order: readonly Agreement[] = ['bytes', 'syntax', 'import-order'];

async function judgeRule(candidate: ReadCandidate, root: string, options: VerifyCandidateOptions): Promise<Judgement> {
  const failures: CandidateFailure[] = [];
  for (const side of ['input', 'output'] as const) {
    const files = candidate.fixtures.map((fixture) => fileOf(fixture, fixture[side]));
    for (const result of await run(candidate, root, files, options)) {
      const { fixture } = result.file;
      const failure = failureOf(result);
      const wanted = side === 'input' ? fixture.about.edits : 0;
      const found = result.reports.length;
      if (failure !== undefined) failures.push(failure);
      else if (found !== wanted) {
        const places = result.reports
          .map(({ message }) => message)
          .join('; ')
          .slice(0, 500);
        const when = side === 'input' ? 'before' : 'after';
        const message = `it reports ${found} places ${when} the change, where the diff has ${wanted}${places === '' ? '' : `: ${places}`}`;
        failures.push({ ...nameOf(fixture), code: 'reports-wrongly', message });
      }
    }
  }
  return { failures, agreement: 'bytes' };
}

/** The path decides how a fixture is parsed, also that of a template's parameters. */
const fileOf = (fixture: ReadFixture, text: string): FixtureFile => ({
  fixture,
  path: fixture.about.output,
  content: Buffer.from(text),
});

const nameOf = ({ about }: ReadFixture) => ({ fixture: about.input, origin: about.origin });

function failureOf({ failure, file }: Result): CandidateFailure | undefined {
  return failure && { ...nameOf(file.fixture), code: failure.code, message: failure.message };
}

async function run(
  { asset, module }: ReadCandidate,
  root: string,
  files: readonly FixtureFile[],
  { fileMs = 10_000, signal }: VerifyCandidateOptions,
): Promise<Result[]> {
  if (files.length === 0) return [];
  const results: Result[] = [];
  const { prefilter } = asset;
  await transformAll(batchesOf(files), {
    plan: {
      root: path.resolve(root),
      assets: [{ id: asset.id, module, prefilter, options: {} }],
      compat: false,
      dryRun: true,
      memoryMegabytes: 512,
      startMs: 30_000,
    },
    lanes: 1,
    fileMs,
    signal,
    onResult: (result) => results.push(result),
  });
  return results;
}

async function* batchesOf(files: readonly FixtureFile[]): AsyncGenerator<readonly FixtureFile[]> {
  for (let at = 0; at < files.length; at += 20) yield files.slice(at, at + 20);
}
