var util = require('util');
function A() {}
util.inherits(A, make());
util.inherits(A);
util.inherits(...both);
function shadows(Object) { function C() {} util.inherits(C, A); }
