'use strict';
const { mapBounded } = require('./bounded.cjs');
const fs = require('fs');
module.exports = async () => {
  const files = fs.readdirSync('.');
  return mapBounded(files, async (file) => fs.promises.stat(file), { concurrency: 4 }).then((stats) => stats.length);
};
