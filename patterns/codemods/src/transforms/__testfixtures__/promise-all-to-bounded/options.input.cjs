'use strict';
const fs = require('fs');
module.exports = async () => {
  const files = fs.readdirSync('.');
  return Promise.all(files.map(async (file) => fs.promises.stat(file))).then((stats) => stats.length);
};
