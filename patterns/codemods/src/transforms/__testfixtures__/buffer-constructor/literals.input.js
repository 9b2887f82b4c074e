'use strict';

// Every kind of literal says what it is.
const text = new Buffer('abc');
const encoded = new Buffer('YWJj', "base64");
const called = Buffer(`a${text}b`, 'utf8');
const size = new Buffer(10);
const array = new Buffer([1, 2, 3]);
const copy = new Buffer(new Uint8Array(4));
const sum = new Buffer('a' + text);
const product = new Buffer(2 * size.length);
const negative = Buffer(-size);
const either = new Buffer(text ? 'a' : [1]);
