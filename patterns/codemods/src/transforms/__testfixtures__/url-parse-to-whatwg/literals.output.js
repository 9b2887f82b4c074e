'use strict';
const url = require('url');

// Parsed by both, read by both alike.
const host = new url.URL('http://example.com:8080/a/b?c=d#e').host;
const parsed = new url.URL("https://example.com/a?b=c");
console.log(parsed.protocol, parsed.hostname, parsed['pathname'], parsed.search, parsed.href);
request({ path: parsed.pathname + parsed.search, query: parsed.search.slice(1) });
var port = parsed.port || 443;
if (!parsed.hash) port += new url.URL('ftp://example.com/').protocol.length;
