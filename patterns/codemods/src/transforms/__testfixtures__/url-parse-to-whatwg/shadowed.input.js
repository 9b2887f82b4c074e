const { parse } = require('url');
function URL() {}
const a = parse('https://example.com/').host;
const b = ((url) => url.parse('https://example.com/').host)(other);
const c = require('url-parse').parse('https://example.com/').host;
