module.exports = run;

var settings = load();
var depth = depth || 1;
var server = listen(function () { server.close(); });
const again = function () { again(); };
const table = { lookup: function () { return table; } };
early = 1;
var early;
log(typeof later);
var later = 2;

function run() { return settings; }
leaked = function () { return shown; };
call(leaked);
var shown = 1;
