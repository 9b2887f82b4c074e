#!/usr/bin/env node
'use strict';

const fs = require('fs'); // the file system
var path = require("path"),
  own = require('./fs');
const { readFile } = require(`fs/promises`);
const where = require.resolve('util');
if (fs) require('child_process').execFile('ls');
const npm = require('punycode/');
const computed = require('f' + 's');
