var sandbox = require('sandboxed-module');
var vows = require('vows')
, assert = require('node:assert')
, log4js = sandbox.require('../lib/log4js', {
    requires: {
      'node:fs': { statSync: function () {} },
      'node:net': null
    },
    globals: { process: {} }
  });
