import { Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { pipeline } from 'node:stream/promises';
import type { Database } from '../database/database.js';
import type { ArtifactDigest, ArtifactStore, Swept } from './artifact-store.js';
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
    await this.#database.query(
      `INSERT INTO codex_orch.artifacts VALUES ($1, $2)
       ON CONFLICT (sha256) DO UPDATE SET used_at = clock_timestamp()`,
      [digest.sha256, bytes],
    );
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
    const name = [checkName(digest).sha256, digest.bytes];
    const isIt = 'sha256 = $1 AND octet_length(bytes) = $2';
    const fresh = await this.#database.query(
      `SELECT 1 FROM codex_orch.artifacts WHERE ${isIt} AND used_at > clock_timestamp() - interval '1 hour'`,
      name,
    );
    if (fresh.length > 0) return true;
    // Whoever removes it at this moment is waited for, and then it is not there.
    const used = await this.#database.query(
      `UPDATE codex_orch.artifacts SET used_at = clock_timestamp() WHERE ${isIt} RETURNING 1`,
      name,
    );
    return used.length > 0;
  }

  async sweep(named: ReadonlySet<string>, { dryRun }: { readonly dryRun: boolean }): Promise<Swept> {
    const which = `used_at < clock_timestamp() - interval '1 day' AND sha256 <> ALL($1)`;
    const found = 'count(*)::int AS count, COALESCE(sum(size), 0)::float8 AS bytes';
    const [swept] = await this.#database.query<{ count: number; bytes: number }>(
      dryRun
        ? `SELECT ${found} FROM (SELECT octet_length(bytes) AS size FROM codex_orch.artifacts WHERE ${which}) one`
        : `WITH gone AS (DELETE FROM codex_orch.artifacts WHERE ${which} RETURNING octet_length(bytes) AS size) SELECT ${found} FROM gone`,
      [[...named]],
    );
    return swept ?? { count: 0, bytes: 0 };
  }

  [Symbol.asyncDispose](): Promise<void> {
    return Promise.resolve();
  }
}
