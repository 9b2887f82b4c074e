#!/usr/bin/env node
import { text } from 'node:stream/consumers';
import { countWords } from './count.js';
import { printTable } from './print.js';

console.log(printTable(countWords(await text(process.stdin))));
