'use strict';
function A() {}
A.prototype.m = function () {};
new A();
