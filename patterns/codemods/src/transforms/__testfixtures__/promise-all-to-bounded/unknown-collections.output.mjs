import pMap from 'p-map';
export async function all(items, list) {
  await Promise.all(items.map(async (item) => item.run()));
  await Promise.all(this.items.map(async (item) => item.run()));
  if (Array.isArray(list)) await pMap(list, async (item) => item.run(), { concurrency: 8 });
  await Promise.all(new Array(100).map(async (item) => item.run()));
  const grows = [...list];
  await Promise.all(grows.map(async (item) => grows.push(item)));
}
