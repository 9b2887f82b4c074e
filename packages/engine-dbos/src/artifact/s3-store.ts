import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { S3Client } from '@aws-sdk/client-s3';
import {
  type ArtifactDigest,
  type ArtifactStore,
  graceMs,
  recentMs,
  type SharedPlace,
  type Swept,
} from './artifact-store.js';
import { ArtifactMissingError, ArtifactStoreError, S3ClientMissingError } from './errors.js';
import { checkName, Verified } from './verified.js';

export interface S3ArtifactStoreOptions extends SharedPlace {
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

interface StoredObject {
  readonly Bucket: string;
  readonly Key: string;
}

/** How many objects are removed at once. */
const atOnce = 8;

/** Artifacts in a bucket of an S3-compatible store. When one was last put or asked for is the time of its object, by the store's clock. */
export class S3ArtifactStore implements ArtifactStore {
  readonly #options: S3ArtifactStoreOptions;
  readonly #sdk: typeof import('@aws-sdk/client-s3');
  readonly #client: S3Client;
  #prefix: Promise<string> | undefined;

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

  /** What the keys of this database begin with. */
  async #own(): Promise<string> {
    const { prefix = '', own } = this.#options;
    this.#prefix ??= own ? own().then((name) => `${prefix}${name}/`) : Promise.resolve(prefix);
    this.#prefix.catch(() => {
      this.#prefix = undefined;
    });
    return this.#prefix;
  }

  async #object(digest: ArtifactDigest): Promise<StoredObject> {
    const { sha256 } = checkName(digest);
    return { Bucket: this.#options.bucket, Key: `${await this.#own()}${sha256}` };
  }

  async put(digest: ArtifactDigest, content: Readable): Promise<void> {
    const object = await this.#object(digest);
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
    const own = await this.#object(digest);
    const { prefix = '' } = this.#options;
    for (const object of [own, { ...own, Key: `${prefix}${digest.sha256}` }]) {
      try {
        const { Body } = await this.#client.send(new this.#sdk.GetObjectCommand(object));
        if (!(Body instanceof Readable)) throw new Error('it sent no stream');
        const verified = new Verified(digest);
        pipeline(Body, verified).catch(() => undefined);
        return verified;
      } catch (error) {
        if (!isAbsent(error)) throw this.#explained(error);
      }
    }
    throw new ArtifactMissingError(digest, this.#where);
  }

  async has(digest: ArtifactDigest): Promise<boolean> {
    const object = await this.#object(digest);
    const isRecent = async (): Promise<boolean | undefined> => {
      const { ContentLength, LastModified } = await this.#client.send(new this.#sdk.HeadObjectCommand(object));
      if (ContentLength !== digest.bytes) return undefined;
      return !LastModified || this.#ageMs(LastModified) < recentMs;
    };
    try {
      const known = await isRecent();
      if (known !== false) return known ?? false;
      if (!(await this.#renew(object))) return true;
      // Some stores do nothing where a copy would be what it is a copy of: then it is to be put again.
      return (await isRecent()) ?? false;
    } catch (error) {
      if (isAbsent(error)) return false;
      throw this.#explained(error);
    }
  }

  /** By the store's clock, as far as it told that ours is another. */
  #ageMs(at: Date): number {
    return Date.now() + this.#client.config.systemClockOffset - at.getTime();
  }

  /** Gives an object the time of now, which only a copy does. False where nobody may overwrite it, and so nobody removes it either. */
  async #renew({ Bucket, Key }: StoredObject): Promise<boolean> {
    const source = `${Bucket}/${Key.split('/').map(encodeURIComponent).join('/')}`;
    const copy = { Bucket, Key, CopySource: source, MetadataDirective: 'REPLACE' } as const;
    try {
      await this.#client.send(new this.#sdk.CopyObjectCommand(copy));
      return true;
    } catch (error) {
      if ((error as { readonly name?: string }).name === 'AccessDenied') return false;
      throw error;
    }
  }

  async sweep(named: ReadonlySet<string>, { dryRun }: { readonly dryRun: boolean }): Promise<Swept> {
    try {
      const objects = await this.#unnamed(named);
      let [count, bytes] = [0, 0];
      for (let at = 0; at < objects.length; at += atOnce)
        for (const gone of await Promise.all(
          objects.slice(at, at + atOnce).map((one) => this.#sweepOne(one, dryRun)),
        )) {
          if (gone === undefined) continue;
          bytes += gone;
          count += 1;
        }
      return { count, bytes };
    } catch (error) {
      throw this.#explained(error);
    }
  }

  async #unnamed(named: ReadonlySet<string>): Promise<readonly StoredObject[]> {
    const prefix = await this.#own();
    const { bucket: Bucket } = this.#options;
    const found: StoredObject[] = [];
    for await (const { Contents = [] } of this.#sdk.paginateListObjectsV2(
      { client: this.#client },
      { Bucket, Prefix: prefix },
    ))
      for (const { Key = '', LastModified } of Contents) {
        const name = Key.slice(prefix.length);
        if (!/^[0-9a-f]{64}$/.test(name) || named.has(name)) continue;
        if (LastModified && this.#ageMs(LastModified) > graceMs) found.push({ Bucket, Key });
      }
    return found;
  }

  /** Looks once more before it removes: what was asked for since stays. */
  async #sweepOne(object: StoredObject, dryRun: boolean): Promise<number | undefined> {
    const { ContentLength = 0, LastModified } = await this.#client.send(new this.#sdk.HeadObjectCommand(object));
    if (!LastModified || this.#ageMs(LastModified) <= graceMs) return undefined;
    if (!dryRun) await this.#client.send(new this.#sdk.DeleteObjectCommand(object));
    return ContentLength;
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
