import type { Kept } from './kept.js';

@decorated({ key: Buffer.from('key') })
export class Message<T extends Kept> {
  @field() private readonly body = Buffer.from('body' as string, 'hex');

  constructor(text: string, size: number, parts: readonly number[], any: any, either: string | number) {
    this.a = Buffer.from(text!);
    this.b = Buffer.alloc(size);
    this.c = Buffer.from(parts);
    this.d = new Buffer(any);
    this.e = new Buffer(either);
  }
}
