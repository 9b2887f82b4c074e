import { createHash } from 'node:crypto';
import { Transform, type TransformCallback } from 'node:stream';
import type { ArtifactDigest } from './artifact-store.js';
import { ArtifactMismatchError, ArtifactNameError } from './errors.js';

/** The digest itself, when its name can be one. */
export function checkName(digest: ArtifactDigest): ArtifactDigest {
  if (!/^[0-9a-f]{64}$/.test(digest.sha256)) throw new ArtifactNameError(digest.sha256);
  return digest;
}

/** Lets bytes through, and fails where they turn out not to be those of the digest: at the first too many, or at the end. */
export class Verified extends Transform {
  readonly #expected: ArtifactDigest;
  readonly #hash = createHash('sha256');
  #bytes = 0;

  constructor(expected: ArtifactDigest) {
    super();
    this.#expected = expected;
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#hash.update(chunk);
    this.#bytes += chunk.byteLength;
    if (this.#bytes > this.#expected.bytes) done(this.#mismatch());
    else done(null, chunk);
  }

  override _flush(done: TransformCallback): void {
    const error = this.#mismatch();
    done(error.found === this.#expected.sha256 && this.#bytes === this.#expected.bytes ? null : error);
  }

  #mismatch(): ArtifactMismatchError & { readonly found: string } {
    const found = this.#hash.copy().digest('hex');
    return Object.assign(new ArtifactMismatchError(this.#expected, { sha256: found, bytes: this.#bytes }), { found });
  }
}
