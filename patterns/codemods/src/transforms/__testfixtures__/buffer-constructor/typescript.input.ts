import type { Kept } from './kept.js';

@decorated({ key: new Buffer('key') })
export class Message<T extends Kept> {
  @field() private readonly body = new Buffer('body' as string, 'hex');

  constructor(text: string, size: number, parts: readonly number[], any: any, either: string | number) {
    this.a = new Buffer(text!);
    this.b = new Buffer(size);
    this.c = new Buffer(parts);
    this.d = new Buffer(any);
    this.e = new Buffer(either);
  }
}
