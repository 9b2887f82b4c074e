'use strict';
function Replaced() {}
Replaced.prototype.m = function () {};
Replaced.prototype = { n: function () {} };

function Inherited() {}
Inherited.prototype.m = function () {};
exports.inherit = (parent) => {
  Inherited.prototype = Object.create(parent);
};
