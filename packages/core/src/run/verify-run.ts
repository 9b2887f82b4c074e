import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { resolveInside, sha256File } from '../fs/index.js';
import { OrchError } from '../errors/orch-error.js';
import { isTerminal } from '../goal/state.js';
import { LogDamagedError } from '../log/errors.js';
import { type LogHead, readLog } from '../log/read-log.js';
import { AllowedSignersError } from '../signature/errors.js';
import { headText } from '../signature/signed-records.js';
import { verifyApproval } from '../signature/verify-approval.js';
import { verifySignature } from '../signature/verify-signature.js';
import { type Manifest, manifestSchema } from './manifest.js';
import { eventsFile, hashAt, manifestFile, readHead, readRun, type RunRecord } from './read-run.js';
import type { RunLocation } from './run-layout.js';

/** Something in a run directory that is not as it was recorded. */
export interface RunProblem {
  readonly file: string;
  /** Counted from 1. */
  readonly line?: number | undefined;
  readonly message: string;
}

export interface VerifyRunOptions {
  /** Who may sign; without it signatures are not looked at. */
  readonly signatures?:
    | {
        /** Absolute path of an allowed signers file. */
        readonly allowedSigners: string;
        /** Whether human approvals, and the head of a run that ended or waits, must be signed. */
        readonly require: boolean;
        readonly env: NodeJS.ProcessEnv;
      }
    | undefined;
  /** Heads of this run that were recorded outside its directory: they must still be part of it. */
  readonly anchors?: readonly LogHead[] | undefined;
}

/**
 * Recomputes every hash of a run directory and returns all that is wrong; an empty list means it is intact.
 *
 * A directory that was rewritten as a whole is told by what lies outside it: a signed head, or an anchor.
 * Throws {@link AllowedSignersError}.
 */
export async function verifyRun(
  location: RunLocation,
  { signatures, anchors = [] }: VerifyRunOptions = {},
): Promise<readonly RunProblem[]> {
  const problems: RunProblem[] = [];
  const events = eventsFile(location.dir);
  let run: RunRecord | undefined;
  try {
    run = await readRun(location);
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
    problems.push({
      file: events,
      ...(error instanceof LogDamagedError ? { line: error.line } : {}),
      message: error.message,
    });
    return problems;
  }
  if (!run) return [{ file: events, message: 'there are no events' }];
  if (run.torn)
    problems.push({
      file: events,
      line: run.torn.line,
      message: `the last line was cut off after ${run.torn.bytes} bytes`,
    });
  problems.push(...(await verifyManifest(run)));
  problems.push(...(await verifyJournal(run)));
  problems.push(...verifyAnchors(run, anchors));
  if (signatures) {
    problems.push(...(await verifyApprovals(run, signatures)));
    problems.push(...(await verifyHead(run, signatures)));
  }
  for (const artifact of run.state.artifacts.values()) {
    let file = path.join(location.dir, artifact.path);
    try {
      file = await resolveInside(location.dir, artifact.path);
      const { sha256, bytes } = await sha256File(file);
      if (sha256 !== artifact.sha256)
        problems.push({
          file,
          message: `its sha256 is ${sha256} (${bytes} bytes), but ${artifact.sha256} (${artifact.bytes} bytes) was recorded`,
        });
    } catch {
      problems.push({ file, message: 'it was recorded, but cannot be read' });
    }
  }
  return problems;
}

/** A run resumes from its journal, so that counts as well; a run kept by another engine has none. */
async function verifyJournal({ dir, runId }: RunRecord): Promise<readonly RunProblem[]> {
  const file = path.join(dir, 'journal.jsonl');
  try {
    readLog(await readFile(file), { path: file, subject: runId });
    return [];
  } catch (error) {
    if (error instanceof LogDamagedError) return [{ file, line: error.line, message: error.message }];
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    return [{ file, message: 'it cannot be read' }];
  }
}

async function verifyManifest(run: RunRecord): Promise<readonly RunProblem[]> {
  const file = manifestFile(run.dir);
  let json: unknown;
  try {
    json = JSON.parse(await readFile(file, 'utf8'));
  } catch {
    return [{ file, message: 'it cannot be read as JSON' }];
  }
  const parsed = manifestSchema.safeParse(json);
  if (!parsed.success) return [{ file, message: 'it is no manifest of this version' }];
  const { seq, hash } = parsed.data.head;
  if (seq > run.manifest.head.seq) {
    return [
      {
        file: eventsFile(run.dir),
        line: run.manifest.head.seq + 1,
        message: `${seq - run.manifest.head.seq} events were cut off: the manifest knows ${seq}`,
      },
    ];
  }
  // An older manifest is what a crash between the two writes leaves; it is derived and will be written again.
  if (seq < run.manifest.head.seq) return [];
  const derived: Manifest = { ...parsed.data, head: { seq, hash } };
  return JSON.stringify(derived) === JSON.stringify(run.manifest)
    ? []
    : [{ file, message: 'it does not say what the events say' }];
}

function verifyAnchors(run: RunRecord, anchors: readonly LogHead[]): readonly RunProblem[] {
  const file = eventsFile(run.dir);
  const { seq } = run.manifest.head;
  const longest = Math.max(0, ...anchors.map((anchor) => anchor.seq));
  if (longest > seq)
    return [{ file, line: seq + 1, message: `${longest - seq} events were cut off: the audit log knows ${longest}` }];
  const changed = anchors.find((anchor) => hashAt(run, anchor.seq) !== anchor.hash);
  return changed
    ? [{ file, message: `its first ${changed.seq} events are not those that the audit log knows: it was rewritten` }]
    : [];
}

type Signatures = NonNullable<VerifyRunOptions['signatures']>;

async function verifyApprovals(run: RunRecord, signatures: Signatures): Promise<readonly RunProblem[]> {
  const problems: RunProblem[] = [];
  for (const line of run.lines) {
    if (line.type !== 'approval.recorded' && line.type !== 'elevation.decided') continue;
    const { approval } = line.data as { readonly approval?: Manifest['approvals'][number] };
    if (!approval || (approval.signature === undefined && !signatures.require)) continue;
    const reason = await failureOf(() => verifyApproval(approval, { ...signatures, at: Date.parse(approval.at) }));
    if (reason !== undefined)
      problems.push({ file: eventsFile(run.dir), line: line.seq + 1, message: `the approval: ${reason}` });
  }
  return problems;
}

async function verifyHead(
  run: RunRecord,
  { allowedSigners, require, env }: Signatures,
): Promise<readonly RunProblem[]> {
  const head = await readHead(run.dir);
  const file = manifestFile(run.dir);
  const { seq } = run.manifest.head;
  if (head?.signature === undefined) {
    const rests = run.state.phase === 'awaiting-approval' || isTerminal(run.state.phase);
    return require && rests ? [{ file, message: 'the head is not signed, but signatures are required' }] : [];
  }
  const { signature } = head;
  const signed = { runId: run.runId, seq: head.seq, hash: head.hash };
  // The manifest says when the last event was; the key must have been good then.
  const at = Date.parse(run.manifest.updatedAt);
  const reason = await failureOf(() => verifySignature(headText(signed), signature, { allowedSigners, env, at }));
  if (reason !== undefined) return [{ file, message: `the signature of the head: ${reason}` }];
  if (head.seq < seq)
    return [
      {
        file: eventsFile(run.dir),
        line: head.seq + 1,
        message: `the signed head ends before this event; ${seq - head.seq} events are not covered by it`,
      },
    ];
  return [];
}

async function failureOf(check: () => Promise<unknown>): Promise<string | undefined> {
  try {
    await check();
    return undefined;
  } catch (error) {
    if (!(error instanceof OrchError) || error instanceof AllowedSignersError) throw error;
    return error.message;
  }
}
