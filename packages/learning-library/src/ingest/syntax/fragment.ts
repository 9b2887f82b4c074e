import type { ProgramReader } from './parse-program.js';

/** Both sides of a hunk, made to stand alone. */
export interface Fragment {
  readonly before: string;
  readonly after: string;
}

/**
 * Makes a hunk whose file is not at hand into two programs: with the brackets around it that it lacks, in a function, object or class where
 * it can only stand there, and without lines at its ends that belong to something cut off. Undefined where none of this helps.
 */
export function readFragment(reader: ProgramReader, path: string, before: string, after: string): Fragment | undefined {
  const [old, now] = [linesOf(before), linesOf(after)];
  const lead = commonLength(old, now);
  const trail = commonLength(old.slice(lead).toReversed(), now.slice(lead).toReversed());
  for (const [first, last] of cuts(Math.min(lead, 3), Math.min(trail, 3))) {
    const sides = [old.slice(first, old.length - last).join(''), now.slice(first, now.length - last).join('')] as const;
    for (const [open, close] of [...frames, ...missing(sides[0])]) {
      const [a, b] = [open + sides[0] + close, open + sides[1] + close];
      if (reader.parses(path, a) && reader.parses(path, b)) return { before: a, after: b };
    }
  }
  return undefined;
}

const frames: readonly (readonly [string, string])[] = [
  ['', ''],
  ['async function* fragment() {\n', '}\n'],
  ['({\n', '});\n'],
  ['class Fragment {\n', '}\n'],
];

/** Brackets that are closed but not opened, or opened but not closed; counted without a look at strings, as a parse follows. */
function missing(text: string): (readonly [string, string])[] {
  const pairs: Readonly<Record<string, string>> = { ')': '(', ']': '[', '}': '{' };
  const closers: Readonly<Record<string, string>> = { '(': ')', '[': ']', '{': '}' };
  const open: string[] = [];
  let before = '';
  for (const char of text) {
    if (char in closers) open.push(char);
    else if (char in pairs && open.pop() !== pairs[char]) before = (pairs[char] ?? '') + before;
  }
  if (before === '' && open.length === 0) return [];
  const close = open
    .toReversed()
    .map((char) => closers[char] ?? '')
    .join('');
  // A call that is cut off at its start has lost its name, a block its condition.
  const start = before.replaceAll('(', 'fragment(').replaceAll('{', '{');
  return [
    [start === '' ? '' : `${start}\n`, close],
    [`async function* fragment() {\n${start}\n`, `${close}}\n`],
  ];
}

/** How many lines to leave out at both ends, few first. */
function cuts(lead: number, trail: number): [number, number][] {
  const all: [number, number][] = [];
  for (let first = 0; first <= lead; first++) for (let last = 0; last <= trail; last++) all.push([first, last]);
  return all.sort((a, b) => a[0] + a[1] - b[0] - b[1]);
}

const linesOf = (text: string): string[] => (text === '' ? [] : text.split(/(?<=\n)/));

function commonLength(a: readonly string[], b: readonly string[]): number {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return length;
}
