'use strict';
function A /* a (b) */ () {}
A.prototype.m = function () {};
exports.a = new A();
