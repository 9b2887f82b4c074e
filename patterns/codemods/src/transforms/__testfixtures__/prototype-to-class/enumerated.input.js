'use strict';
function Bag() {}
Bag.prototype.put = function () {};
module.exports = function (o) {
  for (const key in o) console.log(key);
  return new Bag();
};
