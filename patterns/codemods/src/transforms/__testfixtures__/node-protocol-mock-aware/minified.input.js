!function(){var e=require("fs"),t=require("path");module.exports=()=>import("os").then(n=>n.EOL+e+t)}();
