import { Buffer } from 'node:buffer';
import * as all from 'buffer';

export const a = new Buffer('a');
export const b = new all.Buffer(12);
export const c = new globalThis.Buffer('c');
