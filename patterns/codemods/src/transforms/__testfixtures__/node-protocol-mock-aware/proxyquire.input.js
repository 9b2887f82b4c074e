const proxyquire = require('proxyquire').noCallThru();
const fs = require('fs');
const os = { hostname: () => 'here' };

const lib = proxyquire('../lib', { fs: { readFileSync() {} }, os, "path": {}, './fs': {} });
const again = proxyquire.load('../lib', { 'http': null, lib, https() {} });
