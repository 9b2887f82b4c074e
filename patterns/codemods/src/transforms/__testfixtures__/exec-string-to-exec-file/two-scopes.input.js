#!/usr/bin/env node
function one() {
  const exec = require('child_process').exec;
  exec('git status') // one
}
function two() {
  var fs = require('fs'), exec = require('child_process').exec, x = exec('ls -l');
  exec(x);
}
