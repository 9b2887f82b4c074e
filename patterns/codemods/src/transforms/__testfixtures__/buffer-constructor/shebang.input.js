#!/usr/bin/env node
'use strict'
process.stdout.write(new   Buffer('a') )
;[1].forEach(() => Buffer ( 'b' ))
