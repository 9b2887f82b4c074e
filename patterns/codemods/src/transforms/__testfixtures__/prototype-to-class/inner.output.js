module.exports = function () {
  'use strict';
  function Inner() { this.a = 1; }
  Inner.prototype.b = function (/* none */) { return this.a; };
  if (module) { function InBlock() {} InBlock.prototype.c = function () {}; }
  return new Inner();
};
