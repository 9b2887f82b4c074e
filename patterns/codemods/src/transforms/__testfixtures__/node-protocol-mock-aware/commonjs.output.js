#!/usr/bin/env node
'use strict';

const fs = require('node:fs'); // the file system
var path = require("node:path"),
  own = require('./fs');
const { readFile } = require(`node:fs/promises`);
const where = require.resolve('node:util');
if (fs) require('node:child_process').execFile('ls');
const npm = require('punycode/');
const computed = require('f' + 's');
