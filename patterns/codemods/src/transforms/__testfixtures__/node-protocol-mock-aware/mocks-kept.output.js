const proxyquire = require('proxyquire');
const fs = require('fs');
const os = require('node:os');
const lib = proxyquire('../lib', { fs: { readFileSync() {} }, './other': {} });
