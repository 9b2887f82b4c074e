var inherits = require('inherits');
var util = { inherits: inherits };
function A() {}
function B() {}
inherits(A, B);
util.inherits(A, B);
