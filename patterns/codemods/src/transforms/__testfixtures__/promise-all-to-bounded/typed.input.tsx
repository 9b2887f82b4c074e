import type { Item } from './item.js';
export const View = async ({ items }: { items: Item[] }) => {
  const list: Item[] = items;
  const known = await Promise.all<Item>(list.map(async (item) => item));
  const parts = await Promise.all(list.map(async (item) => <li key={item.id}>{await item.title()}</li>));
  return <ul>{parts}{known}</ul>;
};
