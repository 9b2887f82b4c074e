#!/usr/bin/env node
// Fetches what it is told to.
const urls = 'a b c'.split(' ');
await Promise.all(urls.map((url) => fetch(url)));
