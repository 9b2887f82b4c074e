function A() {}
function B() {}
require('util').inherits(A, B);
new A(require('util').inherits(B, Object));
