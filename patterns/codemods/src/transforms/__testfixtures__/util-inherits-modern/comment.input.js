// For inheritance.
var util = require('util' /* core */);
function A() {}
function B() {}
util.inherits(A, B);
