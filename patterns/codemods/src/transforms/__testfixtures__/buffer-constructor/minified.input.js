!function(){"use strict";var a=new Buffer("a","hex"),b=Buffer(a.length),c=typeof a=="string"?new Buffer(a):new Buffer([a.length]);return a+b+c}();
