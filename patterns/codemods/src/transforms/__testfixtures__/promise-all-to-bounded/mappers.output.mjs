import pMap from 'p-map';
export async function all(run, ...items) {
  await Promise.all(items.map(run));
  await Promise.all(items.map(async (item, index, whole) => whole.length));
  await Promise.all(items.map(async function (item) { return this.run(item); }));
  await Promise.all(items.map(async function () { return arguments.length; }));
  await Promise.all(items.map((item) => item.ready));
  await Promise.all(items.map((item) => { item.start(); return item; }));
  await Promise.all(items.map(async (item) => item.then(run)));
  await Promise.all(items.map(async (item) => await item));
  await Promise.all(items.map(async (...rest) => rest));
  await Promise.all(items.map(async (item) => run(item), this));
  await pMap(items, declared, { concurrency: 8 });
  await pMap(items, written, { concurrency: 8 });
  async function declared(item) {}
}
const written = async (item) => item.run();
