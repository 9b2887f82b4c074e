'use strict';
function Replaced() {}
Replaced.prototype = { m: function () {} };

function Listed() {}
Listed.prototype.m = function () {};
Object.keys(Listed.prototype);

function Scattered() {}
Scattered.prototype.a = function () {};
exports.x = 1;
Scattered.prototype.b = function () {};

function Twice() {}
Twice.prototype.a = function () {};
Twice.prototype.a = function () {};

function Own() {}
Own.prototype.constructor = Own;

function Nested() {}
Nested.prototype.View = function () {};
new Nested().View.name;
new (new Nested()).View();
