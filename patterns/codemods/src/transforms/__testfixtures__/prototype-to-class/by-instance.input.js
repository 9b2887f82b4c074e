'use strict';
function Copy() {}
Copy.prototype.copy = function () { return this.constructor(); };
new Copy();
exports.n = 1;
