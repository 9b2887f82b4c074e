const _ = require('lodash')
const a = [1]
_.each([2], (x) => { a.push(x) })
a.forEach((x) => { console.log(x) })
module.exports = a
