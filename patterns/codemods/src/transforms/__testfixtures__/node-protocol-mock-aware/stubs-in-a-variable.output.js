const proxyquire = require('proxyquire');
const stubs = { fs: {}, os: {} };
stubs.net = {};
const lib = proxyquire('../lib', stubs);
const all = [require('fs'), require('os'), require('net'), require('node:util')];
