const items = process.argv.slice(2).concat([]);
const list = [...items];
export const one = Promise.all(list.map(async (item) => item.run()));
export function two() {
  const started = Promise.all(list.map(async (item) => item.run()));
  return started;
}
export function three() {
  return Promise.all(list.map((item) => run(item)));
}
void Promise.all(list.map(async (item) => item.run()));
