import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { ifAbsent, makeFolder, OrchError, readJson, writeFileAtomic } from '@codex-orch/core';
import { type CloudRecord, cloudRecordSchema, type CloudTurn } from './record.js';

/** Where a run's record of its tasks is kept. One user at a time. */
export interface CloudStore {
  /** Absolute path of a folder that lives as long as the record: evidence of submissions and diffs go there. */
  readonly dir: string;
  load(): Promise<CloudRecord>;
  /** Resolves once the record would survive a power cut. */
  save(record: CloudRecord): Promise<void>;
}

/** The record of a run's tasks cannot be read. */
export class CloudRecordDamagedError extends OrchError {
  readonly code = 'cloud-record-damaged';
  override readonly interrupts = true;

  constructor(file: string, reason: string, cause?: unknown) {
    super(`${file} is not a record of tasks in Codex Cloud: ${reason}.`, {
      cause,
      hint: 'Nothing was submitted, as it may have been already. Look with "codex cloud list", then start the goal anew.',
    });
  }
}

/** Keeps the record in `cloud.json` of a folder of the run's own. */
export class FileCloudStore implements CloudStore {
  readonly dir: string;
  readonly #file: string;

  constructor(dir: string) {
    this.dir = path.resolve(dir);
    this.#file = path.join(this.dir, 'cloud.json');
  }

  /** Throws {@link CloudRecordDamagedError}. */
  async load(): Promise<CloudRecord> {
    const text = await ifAbsent(readFile(this.#file, 'utf8'), undefined);
    if (text === undefined) return { schemaVersion: 1, turns: [] };
    const { data, problems } = readJson(text, cloudRecordSchema);
    if (problems) throw new CloudRecordDamagedError(this.#file, problems.map(({ message }) => message).join('; '));
    return data;
  }

  /** Throws `NotWritableError` and `DiskFullError`. */
  async save(record: CloudRecord): Promise<void> {
    await makeFolder(this.dir, { mode: 0o700 });
    await writeFileAtomic(this.#file, `${JSON.stringify(record, null, 2)}\n`, { mode: 0o600 });
  }
}

/** Puts a turn in the place of what was known of it, or behind all others. */
export async function saveTurn(store: CloudStore, turn: CloudTurn): Promise<CloudTurn> {
  const turns = [...(await store.load()).turns];
  const known = turns.findIndex(({ marker }) => marker === turn.marker);
  turns.splice(known === -1 ? turns.length : known, 1, turn);
  await store.save({ schemaVersion: 1, turns });
  return turn;
}

/** What is known of a turn by now. */
export async function asRecorded(turn: CloudTurn, store: CloudStore): Promise<CloudTurn> {
  return (await store.load()).turns.find(({ marker }) => marker === turn.marker) ?? turn;
}
