exports.parse = function () { return limit; };
var limit = 10;

exports.format = function () { return width; };
var strings = require('./strings');
var width = strings.width;

function helper() { return mode; }
var start = helper();
var mode = 'fast';
function unused() { return late; }
var late = 1;
exports.later = function () { return builtin; };
var builtin = require('fs');
