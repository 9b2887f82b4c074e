'use strict';
class Bag {
  constructor() {}
  put() {}
}
module.exports = function (o) {
  for (const key in o) if (Object.prototype.hasOwnProperty.call(o, key)) console.log(key);
  for (const key in o) {
    if (!o.hasOwnProperty(key)) continue;
    console.log(key);
  }
  return new Bag();
};
