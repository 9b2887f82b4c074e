const proxyquire = require('proxyquire');
const fs = require('fs');
const os = require('os');
const lib = proxyquire('../lib', { fs: { readFileSync() {} }, './other': {} });
