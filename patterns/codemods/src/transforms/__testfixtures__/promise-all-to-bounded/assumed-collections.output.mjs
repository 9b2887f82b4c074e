import pMap from 'p-map';
export const all = async (items) => {
  await pMap(items, async (item) => item.run(), { concurrency: 8 });
};
