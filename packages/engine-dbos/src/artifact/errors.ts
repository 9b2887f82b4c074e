import { OrchError } from '@codex-orch/core';
import type { ArtifactDigest } from './artifact-store.js';

/** Bytes are not what their name says. */
export class ArtifactMismatchError extends OrchError {
  readonly code = 'artifact-mismatch';

  constructor(expected: ArtifactDigest, found: ArtifactDigest) {
    super(
      `The artifact ${expected.sha256} should have ${expected.bytes} bytes, and these are ${found.bytes} with the hash ${found.sha256}.`,
      { hint: 'It was cut off or changed on its way. Publish it again from the machine that made it.' },
    );
  }
}

/** Nobody stored it, or somebody removed it. */
export class ArtifactMissingError extends OrchError {
  readonly code = 'artifact-missing';

  constructor({ sha256 }: ArtifactDigest, where: string) {
    super(`There is no artifact ${sha256} in ${where}.`, {
      hint: 'Check that all machines use the same store, and that nothing in it was removed.',
    });
  }
}

/** Too large for where it was to go. */
export class ArtifactTooLargeError extends OrchError {
  readonly code = 'artifact-too-large';

  constructor({ sha256, bytes }: ArtifactDigest, limit: number) {
    super(`The artifact ${sha256} has ${bytes} bytes, and the database takes at most ${limit}.`, {
      hint: 'Use a folder that all machines share, or an S3-compatible store.',
    });
  }
}

/** No digest: a name must not lead anywhere else. */
export class ArtifactNameError extends OrchError {
  readonly code = 'artifact-name';

  constructor(name: string) {
    super(`${JSON.stringify(name)} is no SHA-256 in lower-case hexadecimal.`);
  }
}

/** The client is not installed. */
export class S3ClientMissingError extends OrchError {
  readonly code = 's3-client-missing';

  constructor(cause?: unknown) {
    super('Artifacts are to go to an S3-compatible store, and its client is not installed.', {
      hint: 'Install it beside codex-orch: npm install @aws-sdk/client-s3',
      cause,
    });
  }
}

/** The store of artifacts says no, or is not there. */
export class ArtifactStoreError extends OrchError {
  readonly code = 'artifact-store';
  override readonly interrupts = true;

  constructor(where: string, reason: string, cause?: unknown) {
    super(`The artifact store ${where} failed: ${reason}.`, {
      hint: 'Check that it can be reached, and the rights of who uses it; the run can be resumed then.',
      cause,
    });
  }
}
