!function(){"use strict";var a=Buffer.from("a","hex"),b=Buffer.alloc(a.length),c=typeof a=="string"?Buffer.from(a):Buffer.from([a.length]);return a+b+c}();
