// For inheritance.
var util = require('util' /* core */);
function A() {}
function B() {}
Object.setPrototypeOf(A.prototype, B.prototype);
