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
}
