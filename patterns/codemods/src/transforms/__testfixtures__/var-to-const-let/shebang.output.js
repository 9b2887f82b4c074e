#!/usr/bin/env node
'use strict'
const argv = process.argv.slice(2)
var exports = {}
if (argv.length) { const name = argv[0]; console.log(name) }
