import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../database/database.js';
import type { ArtifactDigest, ArtifactStore } from './artifact-store.js';
import { ArtifactMissingError, ArtifactTooLargeError } from './errors.js';
import { checkName, Verified } from './verified.js';

/** Largest artifact that a database takes by default, in bytes. */
const defaultLimit = 1024 * 1024;

/** Small artifacts in the engine's own database; nothing else to set up. */
export class DatabaseArtifactStore implements ArtifactStore {
  readonly #database: Database;
  readonly #maxBytes: number;

  constructor(
    { database }: { readonly database: Database },
    { maxBytes = defaultLimit }: { readonly maxBytes?: number } = {},
  ) {
    this.#database = database;
    this.#maxBytes = maxBytes;
  }

  /** Also throws `ArtifactTooLargeError`, before it reads anything. */
  async put(digest: ArtifactDigest, content: Readable): Promise<void> {
    checkName(digest);
    if (digest.bytes > this.#maxBytes) {
      content.destroy();
      throw new ArtifactTooLargeError(digest, this.#maxBytes);
    }
    const verified = new Verified(digest);
    const [bytes] = await Promise.all([buffer(verified), pipeline(content, verified)]);
    await this.#database.query('INSERT INTO codex_orch.artifacts VALUES ($1, $2) ON CONFLICT DO NOTHING', [
      digest.sha256,
      bytes,
    ]);
  }

  async get(digest: ArtifactDigest): Promise<Readable> {
    const [row] = await this.#database.query<{ bytes: Buffer }>(
      'SELECT bytes FROM codex_orch.artifacts WHERE sha256 = $1',
      [checkName(digest).sha256],
    );
    if (!row) throw new ArtifactMissingError(digest, this.#database.shownUrl);
    const verified = new Verified(digest);
    pipeline(Readable.from([row.bytes]), verified).catch(() => undefined);
    return verified;
  }

  async has(digest: ArtifactDigest): Promise<boolean> {
    const rows = await this.#database.query(
      'SELECT 1 FROM codex_orch.artifacts WHERE sha256 = $1 AND octet_length(bytes) = $2',
      [checkName(digest).sha256, digest.bytes],
    );
    return rows.length > 0;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
