var fs = require('fs'),
    path = require('path');
function A() {}
function B() {}
Object.setPrototypeOf(A.prototype, B.prototype);
new A(fs, path);
