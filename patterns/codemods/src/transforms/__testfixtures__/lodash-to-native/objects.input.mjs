#!/usr/bin/env node
import _ from 'lodash';
const colours = { red: 1, green: 2 };
const copy = { ...colours };
console.log(_.keys(colours), _.values(colours), _.toPairs(colours), _.keys(copy), _.has(colours, 'red'), _.has(colours, 'a.b'));
