/* require('fs') */
// import fs from 'fs'
const fs = require(/* the file system */ 'node:fs' /* here */);
const text = "require('fs')";
