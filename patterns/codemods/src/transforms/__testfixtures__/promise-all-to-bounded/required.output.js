const pMap = require('p-map');
module.exports = async (...items) => {
  await pMap(items, async (item) => item.run(), { concurrency: 8 });
};
