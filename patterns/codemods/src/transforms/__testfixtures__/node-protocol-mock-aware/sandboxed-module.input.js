var sandbox = require('sandboxed-module');
var vows = require('vows')
, assert = require('assert')
, log4js = sandbox.require('../lib/log4js', {
    requires: {
      'fs': { statSync: function () {} },
      "net": null
    },
    globals: { process: {} }
  });
