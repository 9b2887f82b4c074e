export const all = async (items) => {
  await Promise.all(items.map(async (item) => item.run()));
};
