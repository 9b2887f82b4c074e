import { inspect } from 'node:util';
import vm from 'node:vm';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { codemod } from '../transforms/var-to-const-let.js';

const names = ['a', 'b', 'c', 'f', 'g'] as const;
const name = fc.constantFrom(...names);

/** Small programs full of what tells a `var` from a `let`; every function and round costs a step. */
const { block } = fc.letrec<{ block: string; statement: string; expression: string; fn: string }>((tie) => {
  const expression = fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.integer({ min: 0, max: 3 }).map(String),
    name,
    name.map((n) => `typeof ${n}`),
    name.map((n) => `call(${n})`),
    tie('fn'),
    tie('fn').map((fn) => `call(${fn})`),
    tie('fn').map((fn) => `{ m: ${fn}, k: 1 }`),
    tie('fn').map((fn) => `class { m() { return call(${fn}); } }`),
    name.map((n) => `call(${n}.m)`),
    fc.tuple(tie('expression'), tie('expression')).map(([l, r]) => `pair(${l}, ${r})`),
    fc.tuple(tie('expression'), tie('expression')).map(([l, r]) => `(same(${l}) || ${r})`),
  );
  const fn = fc.oneof(
    tie('block').map((body) => `function () { tick(); ${body} }`),
    tie('expression').map((value) => `() => (tick(), ${value})`),
    fc.tuple(name, tie('block')).map(([n, body]) => `function ${n}() { tick(); ${body} }`),
    fc.tuple(name, tie('block')).map(([n, body]) => `function (${n}) { tick(); ${body} }`),
    fc
      .tuple(name, tie('expression'), tie('block'))
      .map(([n, value, body]) => `function (${n} = ${value}) { tick(); ${body} }`),
  );
  const statement = fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    fc.tuple(name, tie('expression')).map(([n, value]) => `var ${n} = ${value};`),
    fc.tuple(name, tie('expression')).map(([n, value]) => `var ${n} = ${value};`),
    name.map((n) => `log(${n});`),
    fc.tuple(name, tie('expression')).map(([n, value]) => `${n} = ${value};`),
    name.map((n) => `var ${n};`),
    tie('expression').map((value) => `log(${value});`),
    fc.tuple(name, name, tie('expression')).map(([n, m, value]) => `var ${n} = ${value}, ${m} = ${n};`),
    fc.tuple(name, name, tie('expression')).map(([n, m, value]) => `var { ${n}, ${m} = ${value} } = { ${n}: 5 };`),
    fc.tuple(name, name, tie('fn')).map(([n, m, fn]) => `${n} = ${m}; ${n}.m = ${fn};`),
    tie('fn').map((fn) => `exports.f = ${fn};`),
    tie('fn').map((fn) => `keep(${fn});`),
    fc.constantFrom('run();', 'log(call(exports.f));', 'if (tick() > 9) return 4;'),
    fc.tuple(name, tie('block')).map(([n, body]) => `function ${n}() { tick(); ${body} }`),
    fc.tuple(name, tie('block')).map(([n, body]) => `for (var ${n} = 0; tick() && ${n} < 2; ${n}++) { ${body} }`),
    fc
      .tuple(name, tie('fn'), tie('block'))
      .map(([n, fn, body]) => `for (var ${n} = 0, i = keep(${fn}); tick() && ${n} < 2; ${n}++) { ${body} }`),
    fc.tuple(name, tie('block')).map(([n, body]) => `for (var ${n} in { x: 1, y: 2 }) { tick(); ${body} }`),
    fc
      .tuple(name, tie('expression'), tie('block'))
      .map(([n, value, body]) => `for (var ${n} of [1, ${value}]) { tick(); ${body} }`),
    fc
      .tuple(fc.constantFrom('break', 'continue'), tie('block'), tie('block'))
      .map(([jump, x, y]) => `for (var j = 0; j < 3; j++) { tick(); ${x} if (j === 1) ${jump}; ${y} }`),
    fc
      .tuple(tie('expression'), tie('block'), tie('block'))
      .map(([test, x, y]) => `if (same(${test})) { ${x} } else { ${y} }`),
    fc.tuple(tie('expression'), tie('statement')).map(([test, x]) => `if (same(${test})) { ${x} }`),
    fc
      .tuple(fc.integer({ min: 0, max: 2 }), tie('block'), tie('block'), tie('block'))
      .map(
        ([n, x, y, z]) =>
          `for (var s = ${n}; tick() && s < 3; s++) switch (s) { case 0: ${x} case 1: ${y} break; default: ${z} }`,
      ),
    fc
      .tuple(tie('block'), name, tie('block'), tie('block'))
      .map(([x, n, y, z]) => `try { ${x} throw 1; } catch (${n}) { ${y} } finally { ${z} }`),
    fc.tuple(name, tie('expression')).map(([n, value]) => `var ${n} = ${n} || ${value};`),
    fc.tuple(name, tie('expression')).map(([n, value]) => `with ({ ${n}: 1 }) { var ${n} = ${value}; log(${n}); }`),
    fc
      .tuple(name, tie('expression'))
      .map(([n, value]) => `for (var j = 0; j < 3; j++) { tick(); var ${n}; log(${n}); ${n} = ${value}; }`),
    fc
      .tuple(name, name, tie('block'))
      .map(
        ([n, m, body]) => `for (var j = 0; j < 3; j++) { tick(); var ${n} = j; keep(() => log(${n})); ${body} ${m}; }`,
      ),
    tie('block').map((body) => `{ ${body} }`),
    fc.tuple(name, tie('expression')).map(([n, value]) => `var ${n} = { get m() { tick(); return ${value}; } };`),
    fc
      .tuple(name, tie('expression'))
      .map(([n, value]) => `var ${n} = { toString() { tick(); return pair(0, ${value}); } }; log('' + ${n});`),
    fc.tuple(name, tie('expression')).map(([n, value]) => `log(new (class { static s = ${value}; p = ${n}; })().p);`),
  );
  return {
    expression,
    fn,
    statement,
    block: fc.array(tie('statement'), { maxLength: 4, depthIdentifier: 'block' }).map((all) => all.join('\n')),
  };
});

const programs = fc.tuple(block, block).map(([first, second]) => `module.exports = exports;\n${first}\n${second}`);

class OutOfSteps extends Error {}

/** What a program does, as far as anybody can see. */
function traceOf(source: string): string[] {
  const trace: string[] = [];
  const kept: unknown[] = [];
  let steps = 0;
  const show = (value: unknown) =>
    typeof value === 'function' || typeof value === 'object' ? typeof value : inspect(value);
  const call = (value: unknown): unknown =>
    typeof value === 'function' && !/^class/.test(String(value)) ? (value as () => unknown)() : value;
  const tick = () => {
    steps += 1;
    if (steps > 200) throw new OutOfSteps();
    return steps;
  };
  const world = {
    ...Object.fromEntries(names.map((each) => [each, `global ${each}`])),
    tick,
    call,
    log: (value: unknown) => (trace.push(show(value)), tick(), value),
    pair: (left: unknown, right: unknown) => `${show(left)}+${show(right)}`,
    same: (value: unknown) => show(value).length % 2 === 0,
    keep: (fn: unknown) => (kept.push(fn), tick()),
    run: () => kept.slice().forEach((each) => trace.push(show(call(each)))),
  };
  const module = { exports: {} };
  try {
    const wrapped = `(function (module, exports) {${source}\n})`;
    (vm.runInNewContext(wrapped, world) as (module: object, exports: object) => void)(module, module.exports);
    world.run();
    for (const each of Object.values(module.exports)) trace.push(show(call(each)));
  } catch (error) {
    const { name: kind, message } = error as Error;
    trace.push(error instanceof OutOfSteps ? 'out of steps' : `${kind}: ${message}`);
  }
  return trace;
}

const isValid = (source: string) => {
  try {
    return Boolean(new vm.Script(`(function (module, exports) {${source}\n})`));
  } catch {
    return false;
  }
};

test('a program does the same with const and let as it did with var', () => {
  let changed = 0;
  fc.assert(
    fc.property(programs, (source) => {
      fc.pre(isValid(source));
      const after = codemod.transform({ path: 'program.js', source });
      if (after.changes === 0) return;
      changed += after.changes;
      expect(traceOf(after.source)).toEqual(traceOf(source));
    }),
    { numRuns: 500 },
  );
  expect(changed).toBeGreaterThan(200);
});
