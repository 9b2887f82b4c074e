'use strict';
const variable = 'var';
let text = `var ${variable}`; // var
module.exports = text;
