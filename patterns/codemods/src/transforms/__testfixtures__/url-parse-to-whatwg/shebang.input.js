#!/usr/bin/env node
console.log(require('url').parse('https://example.com/a?b').path) // the path
console.log(require('url').parse('https://example.com/a?b').search)
