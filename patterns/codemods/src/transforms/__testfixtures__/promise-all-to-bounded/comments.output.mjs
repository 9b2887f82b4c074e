// await Promise.all(items.map(async (item) => item))
import pMap from 'p-map';
export const all = async (...items) => {
  await Promise.all(/* every one */ items.map(async (item) => item.run()));
  await Promise.all(items /* all */.map(async (item) => item.run()));
  await pMap(items, async (item) => /* it */ item.run(), { concurrency: 8 }); // end
};
