!function(){var e=require("child_process");e.exec("git log",function(r,n){console.log(n)}),e.execSync("git "+"log")}();
