const cp = require("child_process"), fs = require("fs");
const count = 5;
module.exports = function (all, callback) {
  callback(null);
  cp.execFile("git", ["log", "-n", `${count}`, all ? '--all' : 'HEAD'], callback);
  cp['execFile']("git", ["log", `--max-count=${fs.readdirSync('.').length}`], callback);
  cp.execFile("git", ["log", "-n", `${all * 2}`, `--skip=${count}`], callback);
  return cp.execFileSync("git", ["rev-parse", "HEAD"], { encoding: 'utf8' });
};
