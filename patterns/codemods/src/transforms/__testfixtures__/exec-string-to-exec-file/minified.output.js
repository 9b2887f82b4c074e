!function(){var e=require("child_process");e.execFile("git", ["log"],function(r,n){console.log(n)}),e.execFileSync("git", ["log"])}();
