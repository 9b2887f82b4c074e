const { Base } = require('./base');
class Store extends Base {
  static kinds = kindsOf();
  static { const local = 1; Store.local = local; }
  size = limit;
  get() { return names; }
}
const limit = 3;
new Store();
var names = [];
function* walk() { const step = yield 1; return step; }
async function load() { for await (const part of walk()) { const text = await part; log(text); } }
module.exports = { Store, walk, load };
