const fs = require('f\x73');
