import { SignatureMalformedError } from './errors.js';

/** Reads the binary format of SSH (RFC 4251, section 5) and refuses what does not fit. */
export class WireReader {
  readonly #bytes: Buffer;
  #offset = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  take(length: number): Buffer {
    const end = this.#offset + length;
    if (end > this.#bytes.length) throw new SignatureMalformedError('it ends too early');
    const taken = this.#bytes.subarray(this.#offset, end);
    this.#offset = end;
    return taken;
  }

  uint32(): number {
    return this.take(4).readUInt32BE();
  }

  /** A length and as many bytes. */
  string(): Buffer {
    return this.take(this.uint32());
  }

  /** A string that names something: printable ASCII. */
  name(): string {
    const bytes = this.string();
    const text = bytes.toString('latin1');
    if (!/^[\x21-\x7e]{1,255}$/.test(text)) throw new SignatureMalformedError('a name in it is not printable');
    return text;
  }

  end(): void {
    if (this.#offset !== this.#bytes.length) throw new SignatureMalformedError('something follows its end');
  }
}

/** The counterpart of {@link WireReader.string}. */
export function wireString(bytes: Uint8Array | string): Buffer {
  const content = Buffer.from(bytes as Uint8Array);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}
