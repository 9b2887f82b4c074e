// await Promise.all(items.map(async (item) => item))
export const all = async (...items) => {
  await Promise.all(/* every one */ items.map(async (item) => item.run()));
  await Promise.all(items /* all */.map(async (item) => item.run()));
  await Promise.all(items.map(async (item) => /* it */ item.run())); // end
};
