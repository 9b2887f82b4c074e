!function(){var e=require("node:fs"),t=require("node:path");module.exports=()=>import("node:os").then(n=>n.EOL+e+t)}();
