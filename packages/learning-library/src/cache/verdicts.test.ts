import fc from 'fast-check';
import { expect, it } from 'vitest';
import { Verdicts } from './verdicts.js';

/** Of a clock that stands still for this long. */
const TICK = 10;
const tickOf = (now: number): number => Math.floor(now / TICK) * TICK;

it('never takes a changed file for the one that was looked at, however soon it was changed', () => {
  const step = fc.oneof(
    fc.record({ do: fc.constant('wait' as const), for: fc.integer({ min: 1, max: 2 * TICK }) }),
    fc.record({ do: fc.constantFrom('write' as const, 'write and set back the time' as const) }),
    fc.record({ do: fc.constant('look' as const), isWrittenMeanwhile: fc.boolean() }),
  );
  let known = 0;
  fc.assert(
    fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
      let now = 100;
      let content = 0;
      const stamp = { mtimeMs: tickOf(now), ctimeMs: tickOf(now), size: 1, ino: 1, dev: 1 };
      let kept: Buffer | undefined;
      let lookedAt = -1;
      const write = (): void => {
        content += 1;
        Object.assign(stamp, { mtimeMs: tickOf(now), ctimeMs: tickOf(now) });
      };
      for (const each of steps) {
        if (each.do === 'wait') now += each.for;
        else if (each.do === 'look') {
          const verdicts = new Verdicts(kept, { at: tickOf(now), dev: 1 });
          const found = { ...stamp };
          if (verdicts.of('a.js', found) === undefined) {
            if (each.isWrittenMeanwhile) write();
            lookedAt = content;
            verdicts.add('a.js', found, 'filtered');
            if (each.isWrittenMeanwhile) write();
          } else {
            known += 1;
            expect(content).toBe(lookedAt);
          }
          kept = verdicts.toBytes({ isWhole: true }) ?? kept;
        } else {
          const { mtimeMs } = stamp;
          write();
          if (each.do !== 'write') stamp.mtimeMs = mtimeMs;
        }
      }
    }),
    { numRuns: 2000 },
  );
  expect(known).toBeGreaterThan(100);
});

const early = { mtimeMs: 5.25, ctimeMs: 7.125, size: 3, ino: 2 ** 60, dev: 1 };
const late = { at: 8, dev: 1 };

function kept(names: readonly string[]): Buffer {
  const verdicts = new Verdicts(undefined, late);
  for (const name of names) verdicts.add(name, early, 'unchanged');
  return verdicts.toBytes({ isWhole: true })!;
}

it('knows a file by all that the file system says of it', () => {
  const bytes = kept(['é/a.js', 'b.js']);
  const verdicts = new Verdicts(bytes, undefined);
  expect(verdicts.of('é/a.js', early)).toBe('unchanged');
  expect(verdicts.of('b.js', early)).toBe('unchanged');
  expect(verdicts.of('é/a.js', early)).toBe('unchanged');
  expect(verdicts.of('c.js', early)).toBeUndefined();
  for (const other of [{ mtimeMs: 5 }, { ctimeMs: 7 }, { size: 4 }, { ino: 3 }])
    expect(verdicts.of('b.js', { ...early, ...other })).toBeUndefined();
});

it('forgets what is gone once the whole repository was looked at, and has nothing to keep where all is as it was', () => {
  const bytes = kept(['a.js', 'b.js']);
  const both = new Verdicts(bytes, late);
  both.of('a.js', early);
  both.of('b.js', early);
  expect(both.toBytes({ isWhole: true })).toBeUndefined();
  const one = new Verdicts(bytes, late);
  one.of('b.js', early);
  expect(one.toBytes({ isWhole: false })).toBeUndefined();
  expect(new Verdicts(one.toBytes({ isWhole: true }), late).of('a.js', early)).toBeUndefined();
  const more = new Verdicts(bytes, late);
  more.add('c.js', early, 'binary');
  const all = new Verdicts(more.toBytes({ isWhole: false }), late);
  expect(['a.js', 'b.js', 'c.js'].map((name) => all.of(name, early))).toEqual(['unchanged', 'unchanged', 'binary']);
});

it('trusts no time of another clock', () => {
  for (const clock of [undefined, { at: 8, dev: 2 }]) {
    const verdicts = new Verdicts(undefined, clock);
    verdicts.add('a.js', early, 'filtered');
    expect(verdicts.toBytes({ isWhole: true })).toBeUndefined();
  }
});

it('takes bytes that are no verdicts for none', () => {
  const bytes = kept(['a.js', 'b.js']);
  for (const broken of [Buffer.alloc(0), Buffer.alloc(3), bytes.subarray(1), bytes.subarray(0, -1)])
    expect(new Verdicts(broken, late).of('a.js', early)).toBeUndefined();
});
