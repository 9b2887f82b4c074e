!function(){"use strict";const e=require("a"),t=e.b;for(let r=0,n=t.length;r<n;r++){const{o}=t[r];e(o)}const[i]=t;module.exports=function(){let e;return i&&(e=1),e}}();
