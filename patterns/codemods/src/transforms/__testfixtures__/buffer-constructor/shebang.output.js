#!/usr/bin/env node
'use strict'
process.stdout.write(Buffer.from('a') )
;[1].forEach(() => Buffer.from ( 'b' ))
