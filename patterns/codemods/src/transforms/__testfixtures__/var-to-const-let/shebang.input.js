#!/usr/bin/env node
'use strict'
var argv = process.argv.slice(2)
var exports = {}
if (argv.length) { var name = argv[0]; console.log(name) }
