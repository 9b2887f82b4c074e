var fs = require('fs'),
    util = require('util'),
    path = require('path');
function A() {}
function B() {}
util.inherits(A, B);
new A(fs, path);
