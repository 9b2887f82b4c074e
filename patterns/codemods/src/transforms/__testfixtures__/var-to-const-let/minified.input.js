!function(){"use strict";var e=require("a"),t=e.b;for(var r=0,n=t.length;r<n;r++){var{o}=t[r];e(o)}var[i]=t;module.exports=function(){var e;return i&&(e=1),e}}();
