function A() {}
function B() {}
Object.setPrototypeOf(A.prototype, B.prototype);
new A(require('util').inherits(B, Object));
