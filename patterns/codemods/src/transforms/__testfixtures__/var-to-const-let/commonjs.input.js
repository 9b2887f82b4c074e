'use strict';
// Modules first.
var fs = require('fs'), path = require('path');

var count = 0, /* kept */ last;
var names = [];

exports.add = function add(name) {
  var clean = name.trim(); // trailing
  count++;
  last = clean;
  names.push(clean);
  return fs.existsSync(path.join(__dirname, clean));
};
