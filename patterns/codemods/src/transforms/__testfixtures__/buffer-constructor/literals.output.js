'use strict';

// Every kind of literal says what it is.
const text = Buffer.from('abc');
const encoded = Buffer.from('YWJj', "base64");
const called = Buffer.from(`a${text}b`, 'utf8');
const size = Buffer.alloc(10);
const array = Buffer.from([1, 2, 3]);
const copy = Buffer.from(new Uint8Array(4));
const sum = Buffer.from('a' + text);
const product = Buffer.alloc(2 * size.length);
const negative = Buffer.alloc(-size);
const either = Buffer.from(text ? 'a' : [1]);
