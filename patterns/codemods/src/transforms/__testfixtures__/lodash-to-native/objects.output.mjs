#!/usr/bin/env node
import _ from 'lodash';
const colours = { red: 1, green: 2 };
const copy = { ...colours };
console.log(Object.keys(colours), Object.values(colours), Object.entries(colours), _.keys(copy), Object.hasOwn(colours, 'red'), _.has(colours, 'a.b'));
