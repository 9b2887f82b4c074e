var fs = require('fs'), util = require('util'), path = require('path');
function A() {}
function B() {}
Object.setPrototypeOf(A.prototype, B.prototype);
util.format('%s', new A(fs, path));
