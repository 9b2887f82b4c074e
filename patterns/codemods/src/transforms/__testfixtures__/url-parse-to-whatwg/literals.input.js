'use strict';
const url = require('url');

// Parsed by both, read by both alike.
const host = url.parse('http://example.com:8080/a/b?c=d#e').host;
const parsed = url.parse("https://example.com/a?b=c");
console.log(parsed.protocol, parsed.hostname, parsed['pathname'], parsed.search, parsed.href);
request({ path: parsed.path, query: parsed.query });
var port = parsed.port || 443;
if (!parsed.hash) port += url.parse('ftp://example.com/').protocol.length;
