var api = { version: 1 };

(function (root, factory) {
  if (typeof define === 'function' && define.amd) define(['exports'], factory);
  else if (typeof exports === 'object') factory(exports);
  else factory((root.lib = {}));
})(this, function (exports) {
  var inner = api;
  exports.inner = inner;
});
