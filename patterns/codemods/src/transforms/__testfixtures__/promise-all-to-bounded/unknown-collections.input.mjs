export async function all(items, list) {
  await Promise.all(items.map(async (item) => item.run()));
  await Promise.all(this.items.map(async (item) => item.run()));
  if (Array.isArray(list)) await Promise.all(list.map(async (item) => item.run()));
  await Promise.all(new Array(100).map(async (item) => item.run()));
  const grows = [...list];
  await Promise.all(grows.map(async (item) => grows.push(item)));
}
