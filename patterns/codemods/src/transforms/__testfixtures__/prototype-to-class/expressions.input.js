'use strict';
const internals = {};
internals.Box = function (value) { this.value = value; };
internals.Box.prototype.get = function () { return this.value; };
const View = function () {};
View.prototype.a = View.prototype.b = function () {};
View.prototype.c = function () {};
String.prototype.shout = function () { return this.toUpperCase(); };
module.exports = internals;
