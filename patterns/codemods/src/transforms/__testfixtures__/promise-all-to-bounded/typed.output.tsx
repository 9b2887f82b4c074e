import type { Item } from './item.js';
import pMap from 'p-map';
export const View = async ({ items }: { items: Item[] }) => {
  const list: Item[] = items;
  const known = await Promise.all<Item>(list.map(async (item) => item));
  const parts = await pMap(list, async (item) => <li key={item.id}>{await item.title()}</li>, { concurrency: 8 });
  return <ul>{parts}{known}</ul>;
};
