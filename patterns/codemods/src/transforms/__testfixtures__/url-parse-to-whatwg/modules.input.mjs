import { parse as read } from 'node:url';
import url from 'url';
import * as all from 'url';

export const a = read('https://example.com/').hostname;
export const b = url.parse('https://example.com/').hostname;
export const c = all.parse('https://example.com/').hostname;
