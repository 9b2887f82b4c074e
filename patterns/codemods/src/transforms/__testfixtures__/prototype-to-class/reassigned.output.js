'use strict';
// Somebody else's functions may be called by this name later.
function Replaceable() {}
Replaceable.prototype.m = function () {};
exports.replaceBy = (other) => {
  Replaceable = other;
};

function Twice() {}
Twice.prototype.m = function () {};
function Twice() {}
