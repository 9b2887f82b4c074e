const proxyquire = require('proxyquire').noCallThru();
const fs = require('node:fs');
const os = { hostname: () => 'here' };

const lib = proxyquire('../lib', { 'node:fs': { readFileSync() {} }, 'node:os': os, 'node:path': {}, './fs': {} });
const again = proxyquire.load('../lib', { 'node:http': null, lib, 'node:https'() {} });
