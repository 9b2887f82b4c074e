const { URL, parse } = require('url');
const BASE = 'https://example.com/api/';
const VERSION = 'v1/';

module.exports = (name) => {
  const { protocol, hostname: host } = new URL(BASE + VERSION + name);
  const other = new URL(`${BASE}${name}?q=1`);
  return protocol + host + other.host + new URL(BASE).pathname;
};
