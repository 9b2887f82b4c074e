define(function (require, exports) {
  const fs = require('fs');
  return require.resolve('path') + fs;
});
(function (require) { return require('util'); })(load);
const escaped = "f\x73";
