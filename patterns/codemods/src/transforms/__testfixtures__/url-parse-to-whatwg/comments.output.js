const url = require('url');
// url.parse('https://example.com/').host
const host = /* before */ new url.URL(/* in */ 'https://example.com/').host; // end
