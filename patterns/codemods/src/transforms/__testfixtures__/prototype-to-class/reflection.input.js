'use strict';
function Named() {}
Named.prototype.m = function () {};
exports.name = Named.name;

function Shown() {}
Shown.prototype.m = function () {};
exports.text = Shown.toString();

function Keyed() {}
Keyed.prototype.m = function () {};
exports.read = (key) => Keyed[key];
