import { Buffer } from 'node:buffer';
import * as all from 'buffer';

export const a = Buffer.from('a');
export const b = all.Buffer.alloc(12);
export const c = globalThis.Buffer.from('c');
