import { gitCommand, GitFailedError, type GitOptions, gitStartError, ManagedProcess } from '@codex-orch/core';

export interface GitObject {
  readonly type: string;
  readonly size: number;
  /** Shares memory with what came with it, so it is not for keeping. Undefined where the object is larger than was asked for and was not to be cut; its bytes are passed over, not kept. */
  readonly bytes: Buffer | undefined;
}

export interface ReadOptions {
  readonly maxBytes: number;
  /** Whether of a larger object the start is read, instead of nothing. */
  readonly cut?: boolean | undefined;
}

type TakeObject = (object: GitObject | undefined, at: number) => void;

interface Wanted {
  readonly id: string;
  readonly maxBytes: number;
  readonly cut: boolean;
  readonly resolve: (object: GitObject | undefined) => void;
  readonly reject: (error: Error) => void;
}

/** An object whose content is still to come. */
interface Incoming {
  readonly type: string;
  readonly size: number;
  /** So many bytes are kept; undefined for none at all. */
  readonly kept: number | undefined;
  /** Made only for content that does not come in one piece. */
  content: Buffer | undefined;
  filled: number;
  /** Bytes to come, with the newline that follows the content. */
  left: number;
}

const NEWLINE = 0x0a;

/** So many objects of one list are asked for at a time, so that what else is asked for does not have to wait for all of them. */
const STEP = 500;

/** Reads any number of objects through one `git cat-file`, as they come and in the order in which they were asked for. */
export class ObjectReader implements AsyncDisposable {
  readonly #process: ManagedProcess;
  readonly #wanted: Wanted[] = [];
  #first = 0;
  #header = '';
  #current: Incoming | undefined;
  #stderr = '';
  #failure: Error | undefined;
  #requests: string[] = [];

  private constructor(process: ManagedProcess) {
    this.#process = process;
    process.child.stdout?.on('data', (chunk: Buffer) => this.#take(chunk));
    process.child.stderr?.on('data', (chunk: Buffer) => {
      if (this.#stderr.length < 4000) this.#stderr += chunk.toString('utf8');
    });
    void process.exited.then(({ code }) => this.#fail(new GitFailedError('cat-file', code, this.#stderr)));
  }

  /** `options` name a git directory of ours. Throws `GitMissingError`. */
  static async start(options: GitOptions): Promise<ObjectReader> {
    const { args, env } = gitCommand(['cat-file', '--batch-command', '--buffer'], options);
    try {
      // It ends when its input does, and so when this process does, however that ends.
      return new ObjectReader(await ManagedProcess.start('git', args, { cwd: options.cwd, env, isGuarded: false }));
    } catch (error) {
      throw await gitStartError(error, options.cwd);
    }
  }

  /** One object; undefined when there is no such one. Of one that is larger than `maxBytes` nothing is read. */
  async read(id: string, maxBytes: number): Promise<GitObject | undefined> {
    let found: GitObject | undefined;
    await this.each([id], { maxBytes }, (object) => (found = object));
    return found;
  }

  /**
   * Reads many objects: `take` gets each while it is in memory, with its place in `ids`, and undefined for one that does not exist.
   * An error that it throws is thrown. `ids` are whole object ids: anything else is a fault of the caller.
   */
  each(ids: readonly string[], { maxBytes, cut = false }: ReadOptions, take: TakeObject): Promise<void> {
    return new Promise((done, reject) => {
      let left = ids.length;
      let asked = 0;
      const askMore = (): void => {
        for (const end = Math.min(asked + STEP, ids.length); asked < end; asked += 1) {
          const at = asked;
          // No promise of its own for each: of ten thousand specs most of the time would go into those.
          this.#ask({ id: ids[at] ?? '', maxBytes, cut, reject, resolve: (object) => taken(object, at) });
        }
      };
      const taken = (object: GitObject | undefined, at: number): void => {
        try {
          take(object, at);
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
        left -= 1;
        if (left === 0) done();
        // One step is always under way while the next one is read.
        else if (ids.length - left === asked - STEP) askMore();
      };
      if (left === 0) done();
      askMore();
      askMore();
    });
  }

  #ask(wanted: Wanted): void {
    if (!/^[0-9a-f]{40,64}$/.test(wanted.id)) {
      wanted.reject(new TypeError(`not an object id: ${JSON.stringify(wanted.id)}`));
      return;
    }
    if (this.#failure !== undefined) {
      wanted.reject(this.#failure);
      return;
    }
    this.#wanted.push(wanted);
    // Ten thousand requests of one turn go out in one write.
    if (this.#requests.push(`contents ${wanted.id}\n`) === 1) queueMicrotask(() => this.#send());
  }

  #send(): void {
    const requests = `${this.#requests.join('')}flush\n`;
    this.#requests = [];
    this.#process.child.stdin?.write(requests);
  }

  #take(chunk: Buffer): void {
    for (let at = 0; at < chunk.length;) {
      if (this.#current) {
        at += this.#takeContent(this.#current, chunk.subarray(at));
        continue;
      }
      const end = chunk.indexOf(NEWLINE, at);
      this.#header += chunk.toString('latin1', at, end < 0 ? undefined : end);
      if (end < 0) return;
      at = end + 1;
      const header = this.#header;
      this.#header = '';
      this.#begin(header);
    }
  }

  #begin(header: string): void {
    const wanted = this.#wanted[this.#first];
    const [id, type = '', size = ''] = header.split(' ');
    if (wanted === undefined || id !== wanted.id) {
      this.#fail(new GitFailedError('cat-file', null, `it answered ${JSON.stringify(header)} to nobody's question`));
      return;
    }
    if (type === 'missing') {
      this.#finish(undefined);
      return;
    }
    const bytes = Number(size);
    const kept = bytes <= wanted.maxBytes ? bytes : wanted.cut ? wanted.maxBytes : undefined;
    this.#current = { type, size: bytes, kept, content: undefined, filled: 0, left: bytes + 1 };
  }

  /** Returns how many bytes of the chunk belong to the present object. */
  #takeContent(current: Incoming, chunk: Buffer): number {
    const taken = Math.min(current.left, chunk.length);
    const { kept, filled } = current;
    if (kept !== undefined && filled < kept) {
      // Mostly an object is in one chunk. To copy it would cost more than all else that is done with it.
      if (filled === 0 && taken >= kept) current.content = chunk.subarray(0, kept);
      else chunk.copy((current.content ??= Buffer.allocUnsafe(kept)), filled, 0, Math.min(taken, kept - filled));
      current.filled = Math.min(kept, filled + taken);
    }
    current.left -= taken;
    if (current.left === 0) {
      this.#current = undefined;
      const { type, size } = current;
      this.#finish({ type, size, bytes: kept === undefined ? undefined : (current.content ?? Buffer.alloc(0)) });
    }
    return taken;
  }

  #finish(object: GitObject | undefined): void {
    const wanted = this.#wanted[this.#first];
    this.#first += 1;
    if (this.#first === this.#wanted.length) {
      this.#wanted.length = 0;
      this.#first = 0;
    }
    wanted?.resolve(object);
  }

  #fail(error: Error): void {
    this.#failure ??= error;
    for (const wanted of this.#wanted.splice(0).slice(this.#first)) wanted.reject(this.#failure);
    this.#first = 0;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#process.child.stdin?.end();
    await this.#process.kill({ force: true });
  }
}
