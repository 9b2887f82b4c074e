'use strict';
// Modules first.
const fs = require('fs'), path = require('path');

let count = 0, /* kept */ last;
const names = [];

exports.add = function add(name) {
  const clean = name.trim(); // trailing
  count++;
  last = clean;
  names.push(clean);
  return fs.existsSync(path.join(__dirname, clean));
};
