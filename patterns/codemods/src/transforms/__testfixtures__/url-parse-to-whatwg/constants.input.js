const { URL, parse } = require('url');
const BASE = 'https://example.com/api/';
const VERSION = 'v1/';

module.exports = (name) => {
  const { protocol, hostname: host } = parse(BASE + VERSION + name);
  const other = parse(`${BASE}${name}?q=1`, false);
  return protocol + host + other.host + parse(BASE).pathname;
};
