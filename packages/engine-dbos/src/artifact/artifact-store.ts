import type { Readable } from 'node:stream';

/** Names a blob by what is in it. */
export interface ArtifactDigest {
  /** Lower-case hexadecimal SHA-256 of the bytes. */
  readonly sha256: string;
  readonly bytes: number;
}

/** Blobs that every machine of a fleet can reach, each under its SHA-256: what is there never changes. */
export interface ArtifactStore extends AsyncDisposable {
  /**
   * Stores the bytes; once it resolves, every machine finds them.
   *
   * Throws {@link ArtifactMismatchError} when they are not those of the digest, and then stores nothing.
   */
  put(digest: ArtifactDigest, content: Readable): Promise<void>;
  /**
   * The bytes, as a stream that fails at its end with {@link ArtifactMismatchError} when they are not those of the digest.
   *
   * Throws {@link ArtifactMissingError}.
   */
  get(digest: ArtifactDigest): Promise<Readable>;
  /** Whether a blob of this name and size is there. One that is stays for hours at least, so that who relies on it can say so. */
  has(digest: ArtifactDigest): Promise<boolean>;
  /**
   * Removes blobs that nobody names any more, but for those that were put or asked for within a day; resolves with how many, and their
   * bytes. With `dryRun`, it only says what would go. One that is cut off is gone on with by the next.
   */
  sweep(named: ReadonlySet<string>, options: { readonly dryRun: boolean }): Promise<Swept>;
}

/** What a sweep removed, or would. */
export interface Swept {
  readonly count: number;
  readonly bytes: number;
}

/** How long a blob stays that somebody put or asked for, whoever names it, in milliseconds. */
export const graceMs = 24 * 3_600_000;

/** Within what time it need not be noted again that somebody asked for a blob, in milliseconds. */
export const recentMs = 3_600_000;

/** Where stores that several databases share keep the blobs of one of them: what another one has is unknown to whoever sweeps. */
export interface SharedPlace {
  /** Names the database. What lies beside its part of the place is only read: older versions put it there. */
  readonly own?: (() => Promise<string>) | undefined;
}
