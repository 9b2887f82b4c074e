'use strict';

module.exports = function (a, b) {
  if (a === undefined || b.c !== null) return Array.isArray(a); // kept
  const flag = ((a ? b : 1) == null) + '';
  return a !== undefined && typeof (b === null) === flag;
};
