'use strict';
const one = new Early();
function Early() {}
Early.prototype.m = function () {};

exports.make = make;
load();
function Later() {}
Later.prototype.m = function () {};
function make() { return new Later(); }

function Fine() {}
Fine.prototype.m = function () { return new Fine(); };
exports.fine = function () { return new Fine(); };
