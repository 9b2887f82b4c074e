var fs = require('fs'), util = require('util'), path = require('path');
function A() {}
function B() {}
util.inherits(A, B);
util.format('%s', new A(fs, path));
