'use strict';
function Guarded() { if (!(this instanceof Guarded)) return new Guarded(); }
Guarded.prototype.m = function () {};

function Called() {}
Called.prototype.m = function () {};
Called();

function Parent() {}
Parent.prototype.m = function () {};
function Child() { Parent.call(this); }
Child.prototype.m = function () {};
require('util').inherits(Child, Parent);

function Handed() {}
Handed.prototype.m = function () {};
[].map(Handed);
module.exports = { Child };
