import { parse as read } from 'node:url';
import url from 'url';
import * as all from 'url';

export const a = new URL('https://example.com/').hostname;
export const b = new url.URL('https://example.com/').hostname;
export const c = new all.URL('https://example.com/').hostname;
