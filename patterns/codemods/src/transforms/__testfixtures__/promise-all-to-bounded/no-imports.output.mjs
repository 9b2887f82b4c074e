#!/usr/bin/env node
// Fetches what it is told to.
import pMap from 'p-map';
const urls = 'a b c'.split(' ');
await pMap(urls, (url) => fetch(url), { concurrency: 8 });
