const url = require('url');
// url.parse('https://example.com/').host
const host = /* before */ url.parse(/* in */ 'https://example.com/' /* after */, /* why */ false).host; // end
