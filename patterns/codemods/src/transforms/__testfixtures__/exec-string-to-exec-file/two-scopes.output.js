#!/usr/bin/env node
function one() {
  const execFile = require('child_process').execFile;
  execFile('git', ['status']) // one
}
function two() {
  var fs = require('fs'), exec = require('child_process').exec, execFile = require('child_process').execFile, x = execFile('ls', ['-l']);
  exec(x);
}
