export const few = async (a, b) => {
  await Promise.all([a, b].map(async (item) => item.run()));
  await Promise.all([a(), b()]);
  await Promise.all(a);
  await Promise.race([a, b].map(async (item) => item.run()));
};
