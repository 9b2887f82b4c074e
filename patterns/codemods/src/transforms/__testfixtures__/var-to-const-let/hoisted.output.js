exports.parse = function () { return limit; };
const limit = 10;

exports.format = function () { return width; };
const strings = require('./strings');
var width = strings.width;

function helper() { return mode; }
const start = helper();
var mode = 'fast';
function unused() { return late; }
const late = 1;
exports.later = function () { return builtin; };
const builtin = require('fs');
