const { Base } = require('./base');
class Store extends Base {
  static kinds = kindsOf();
  static { var local = 1; Store.local = local; }
  size = limit;
  get() { return names; }
}
var limit = 3;
new Store();
var names = [];
function* walk() { var step = yield 1; return step; }
async function load() { for await (var part of walk()) { var text = await part; log(text); } }
module.exports = { Store, walk, load };
