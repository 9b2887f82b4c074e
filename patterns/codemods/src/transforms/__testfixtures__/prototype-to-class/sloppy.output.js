var os = require('os');
class Plain {
  constructor(a) { this.a = a; }
  get() { var a = this.a; return a + os.EOL; }
}

function Undeclared() { leaked = 1; }
Undeclared.prototype.m = function () {};

function PlainThis() {}
PlainThis.prototype.m = function () { setTimeout(function () { this.x = 1; }); };

function Octal() { this.mode = 0755; }
Octal.prototype.m = function () {};

function Frozen(o) { o.x = 1; }
Frozen.prototype.m = function () {};

function Aliased(a) { a = 2; return arguments[0]; }
Aliased.prototype.m = function () {};

function Detached() {}
Detached.prototype.go = function () { return this; };
exports.go = new Detached().go;
exports.all = function () { return [new Plain(), new Undeclared(), new PlainThis(), new Octal(), new Frozen(), new Aliased()]; };
