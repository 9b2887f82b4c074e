import { expect, test } from 'vitest';
import { mockedIn } from './survey.js';

const file = (path: string, source: string) => ({ path, source });
const source = file('src/lib.js', "const fs = require('fs'); const url = { path: require('path') };");

test('a project without mocks mocks nothing, whatever its properties are called', () => {
  expect(mockedIn([source, file('test/lib.js', "assert.equal(lib.fs, 'path');")], false)).toEqual([]);
});

test('every name in a file that mocks may be one of a mock', () => {
  const mocking = file(
    'test/lib.test.js',
    "const stubs = { fs: {}, os }; stubs.net = {}; proxyquire('../src/lib', stubs); load('http'); require('util');",
  );
  expect(mockedIn([source, mocking], false)).toEqual(['fs', 'http', 'net', 'os']);
});

test('names that are renamed together with their mocks are left out where that is asked for', () => {
  const mocking = file('test/lib.test.ts', "vi.mock('fs'); vi.mock('os'); const mocked = ['os'];");
  expect(mockedIn([source, mocking], false)).toEqual(['fs', 'os']);
  expect(mockedIn([source, mocking], true)).toEqual(['os']);
});

test('helpers beside a mocking test are looked at too, on both sides of the load', () => {
  const mocking = file('test/lib.test.js', "proxyquire('../src/lib', require('./stubs'));");
  const stubs = file('test/stubs.js', 'module.exports = { fs: {} };');
  const tool = file(
    'test/helpers/load.js',
    "module.exports = (stubs) => require('proxyquire')('../../src/lib', stubs);",
  );
  const user = file('test/user.test.js', "require('./helpers/load')({ net: {} });");
  expect(mockedIn([source, mocking, stubs, tool, user], true)).toEqual(['fs', 'net']);
});

test('manual mocks, manifests and bundlers name modules as well', () => {
  const files = [
    file('__mocks__/fs.js', 'module.exports = {};'),
    file(
      'package.json',
      '{"browser": {"path": false}, "dependencies": {"events": "3"}, "jest": {"moduleNameMapper": {"^os$": "x"}}}',
    ),
    file('webpack.config.js', "module.exports = { resolve: { fallback: { crypto: false } }, externals: ['http'] };"),
  ];
  expect(mockedIn(files, true)).toEqual(['crypto', 'events', 'fs', 'http', 'os', 'path']);
});

test('a manifest that cannot be read replaces all that it mentions', () => {
  expect(mockedIn([file('package.json', '{ "browser": { "os": false }, // why not\n}')], true)).toEqual(['os']);
});

test('a mocking file that cannot be read mocks all that it mentions', () => {
  expect(mockedIn([file('test/a.js', "jest.mock('fs'); let = = ;")], true)).toContain('fs');
});
