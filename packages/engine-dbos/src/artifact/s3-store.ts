import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import type { ArtifactDigest, ArtifactStore } from './artifact-store.js';
import { ArtifactMissingError, ArtifactStoreError, S3ClientMissingError } from './errors.js';
import { checkName, Verified } from './verified.js';

export interface S3ArtifactStoreOptions {
  readonly bucket: string;
  /** Put before every key, such as `codex-orch/`. */
  readonly prefix?: string | undefined;
  /** Of a store other than Amazon's. */
  readonly endpoint?: string | undefined;
  readonly region?: string | undefined;
  /** By default, what the client finds in the environment, its files or the machine's role. */
  readonly credentials?: { readonly accessKeyId: string; readonly secretAccessKey: string } | undefined;
  /** Loads the client; for tests of what happens without it. */
  readonly load?: (() => Promise<typeof import('@aws-sdk/client-s3')>) | undefined;
}

const isAbsent = (error: unknown): boolean =>
  (error as { $metadata?: { httpStatusCode?: number } }).$metadata?.httpStatusCode === 404;

const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Artifacts in a bucket of an S3-compatible store. */
export class S3ArtifactStore implements ArtifactStore {
  readonly #options: S3ArtifactStoreOptions;
  readonly #sdk: typeof import('@aws-sdk/client-s3');
  readonly #client: S3Client;

  private constructor(options: S3ArtifactStoreOptions, sdk: typeof import('@aws-sdk/client-s3')) {
    const { endpoint, region = 'us-east-1', credentials } = options;
    this.#options = options;
    this.#sdk = sdk;
    this.#client = new sdk.S3Client({
      region,
      // Others than Amazon's seldom have a name for each bucket, or know its newer checksums.
      ...(endpoint === undefined ? {} : { endpoint, forcePathStyle: true }),
      ...(credentials ? { credentials } : {}),
      // It prints; what fails is told by our errors.
      logger: silent,
      requestChecksumCalculation: 'WHEN_REQUIRED',
      responseChecksumValidation: 'WHEN_REQUIRED',
    });
  }

  /** Throws {@link S3ClientMissingError}. */
  static async open(options: S3ArtifactStoreOptions): Promise<S3ArtifactStore> {
    const { load = () => import('@aws-sdk/client-s3') } = options;
    let sdk: typeof import('@aws-sdk/client-s3');
    try {
      sdk = await load();
    } catch (error) {
      throw new S3ClientMissingError(error);
    }
    return new S3ArtifactStore(options, sdk);
  }

  #object(digest: ArtifactDigest): { readonly Bucket: string; readonly Key: string } {
    const { bucket, prefix = '' } = this.#options;
    return { Bucket: bucket, Key: `${prefix}${checkName(digest).sha256}` };
  }

  async put(digest: ArtifactDigest, content: Readable): Promise<void> {
    const object = this.#object(digest);
    if (await this.has(digest)) {
      content.destroy();
      return;
    }
    const verified = new Verified(digest);
    const abort = new AbortController();
    const reading = pipeline(content, verified);
    // Bytes that are not those of the digest must not become the object.
    reading.catch(() => {
      abort.abort();
    });
    const upload = this.#client.send(
      new this.#sdk.PutObjectCommand({ ...object, Body: verified, ContentLength: digest.bytes }),
      { abortSignal: abort.signal },
    );
    const [read, sent] = await Promise.allSettled([reading, upload]);
    if (read.status === 'rejected' && abort.signal.aborted && sent.status === 'rejected')
      throw this.#explained(read.reason);
    if (sent.status === 'rejected') throw this.#explained(sent.reason);
  }

  async get(digest: ArtifactDigest): Promise<Readable> {
    const object = this.#object(digest);
    try {
      const { Body } = await this.#client.send(new this.#sdk.GetObjectCommand(object));
      if (!(Body instanceof Readable)) throw new Error('it sent no stream');
      const verified = new Verified(digest);
      pipeline(Body, verified).catch(() => undefined);
      return verified;
    } catch (error) {
      throw isAbsent(error) ? new ArtifactMissingError(digest, this.#where) : this.#explained(error);
    }
  }

  async has(digest: ArtifactDigest): Promise<boolean> {
    const object = this.#object(digest);
    try {
      const { ContentLength } = await this.#client.send(new this.#sdk.HeadObjectCommand(object));
      return ContentLength === digest.bytes;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw this.#explained(error);
    }
  }

  [Symbol.asyncDispose](): Promise<void> {
    this.#client.destroy();
    return Promise.resolve();
  }

  get #where(): string {
    const { bucket, prefix = '' } = this.#options;
    return `s3://${bucket}/${prefix}`;
  }

  #explained(error: unknown): unknown {
    if ((error as { code?: unknown }).code === 'artifact-mismatch') return error;
    return new ArtifactStoreError(this.#where, error instanceof Error ? error.message : String(error), error);
  }
}
