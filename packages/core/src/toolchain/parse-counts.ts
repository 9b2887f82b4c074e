import { stripVTControlCharacters } from 'node:util';

/** Tests as their runner counted them. */
export interface TestCounts {
  readonly passed: number;
  readonly failed: number;
  readonly skipped: number;
}

/** Reads one runner's summary; null when the lines are not its own. */
type CountsReader = (lines: readonly string[]) => TestCounts | null;

/** Adds up what the words of summary lines count, e.g. `3 passed`. */
const wordCounts = (lines: readonly string[], words: Readonly<Record<keyof TestCounts, RegExp>>): TestCounts | null => {
  if (lines.length === 0) return null;
  const sum = (word: RegExp) =>
    lines.reduce(
      (total, line) => total + [...line.matchAll(word)].reduce((all, match) => all + Number(match[1]), 0),
      0,
    );
  return { passed: sum(words.passed), failed: sum(words.failed), skipped: sum(words.skipped) };
};

/** `node --test`: `# pass 3` in TAP, `ℹ pass 3` in the spec reporter. */
const readNode: CountsReader = (lines) => {
  const summary = lines.filter((line) => /^[#ℹ] (?:pass|fail|cancelled|skipped|todo) \d{1,9}$/.test(line));
  if (!summary.some((line) => line.includes(' pass '))) return null;
  return wordCounts(summary, {
    passed: /pass (\d+)/g,
    failed: /(?:fail|cancelled) (\d+)/g,
    skipped: /(?:skipped|todo) (\d+)/g,
  });
};

/** Vitest: `      Tests  1 failed | 3 passed | 1 skipped (5)`. */
const readVitest: CountsReader = (lines) => {
  const summary = lines.filter((line) => /^ *Tests {2}\d.*\(\d{1,9}\)$/.test(line));
  return wordCounts(summary, {
    passed: /(\d{1,9}) passed/g,
    failed: /(\d{1,9}) failed/g,
    skipped: /(\d{1,9}) (?:skipped|todo)/g,
  });
};

/** Jest: `Tests:       1 failed, 1 skipped, 3 passed, 5 total`. */
const readJest: CountsReader = (lines) => {
  const summary = lines.filter((line) => /^Tests: +\d.*\d total$/.test(line));
  return wordCounts(summary, {
    passed: /(\d{1,9}) passed/g,
    failed: /(\d{1,9}) failed/g,
    skipped: /(\d{1,9}) (?:skipped|todo)/g,
  });
};

/** Mocha: `  3 passing (12ms)`, `  1 pending`, `  1 failing`. */
const readMocha: CountsReader = (lines) => {
  const summary = lines.filter((line) => /^ +\d{1,9} (?:passing \(.*\)|pending|failing)$/.test(line));
  if (!summary.some((line) => line.includes('passing'))) return null;
  return wordCounts(summary, {
    passed: /(\d{1,9}) passing/g,
    failed: /(\d{1,9}) failing/g,
    skipped: /(\d{1,9}) pending/g,
  });
};

/** pytest: `==== 1 failed, 3 passed, 1 skipped in 0.12s ====`, without the frame under `-q`. */
const readPytest: CountsReader = (lines) => {
  const summary = lines.filter((line) =>
    /^=* ?\d{1,9} (?:passed|failed|skipped|error|errors|xfailed|xpassed|deselected|warnings?)\b.* in [\d.]+s\b.*$/.test(
      line,
    ),
  );
  return wordCounts(summary, {
    passed: /(\d{1,9}) (?:passed|xpassed)/g,
    failed: /(\d{1,9}) (?:failed|errors?)/g,
    skipped: /(\d{1,9}) (?:skipped|xfailed)/g,
  });
};

/** unittest: `Ran 5 tests in 0.001s`, then `OK (skipped=1)` or `FAILED (failures=1, errors=1)`. */
const readUnittest: CountsReader = (lines) => {
  const ran = lines.filter((line) => /^Ran \d{1,9} tests? in /.test(line));
  const verdicts = lines.filter((line) => /^(?:OK|FAILED)(?: \(.*\))?$/.test(line));
  if (ran.length === 0 || verdicts.length === 0) return null;
  const counts = wordCounts([...ran, ...verdicts], {
    passed: /^Ran (\d+)/g,
    failed: /(?:failures|errors|unexpected successes)=(\d{1,9})/g,
    skipped: /(?:skipped|expected failures)=(\d{1,9})/g,
  });
  return counts && { ...counts, passed: Math.max(0, counts.passed - counts.failed - counts.skipped) };
};

/** Cargo: `test result: ok. 3 passed; 0 failed; 1 ignored; 0 measured; 0 filtered out`, one for each test program. */
const readCargo: CountsReader = (lines) => {
  const summary = lines.filter((line) => /^test result: \w+\. \d/.test(line));
  return wordCounts(summary, {
    passed: /(\d{1,9}) passed/g,
    failed: /(\d{1,9}) failed/g,
    skipped: /(\d{1,9}) ignored/g,
  });
};

const countLines = (lines: readonly string[], pattern: RegExp) => lines.filter((line) => pattern.test(line)).length;

/** Go: tests with `-v`, and packages without, as then only failing tests are named. */
const readGo: CountsReader = (lines) => {
  if (lines.some((line) => line.startsWith('=== RUN '))) {
    const count = (word: string) => countLines(lines, new RegExp(`^ *--- ${word}: `));
    return { passed: count('PASS'), failed: count('FAIL'), skipped: count('SKIP') };
  }
  const passed = countLines(lines, /^ok {2}\t\S+\t/);
  const failed = countLines(lines, /^FAIL\t\S+ ?[\t[]/);
  return passed + failed === 0 ? null : { passed, failed, skipped: 0 };
};

/** TAP: a plan, and the lines at the left margin. See testanything.org. */
const readTap: CountsReader = (lines) => {
  if (!lines.some((line) => /^1\.\.\d{1,9}(?: |$)/.test(line))) return null;
  const results = lines.filter((line) => /^(?:not )?ok\b/.test(line));
  const isSkipped = (line: string) => /# *(?:skip|todo)/i.test(line);
  const skipped = results.filter(isSkipped).length;
  const failed = results.filter((line) => line.startsWith('not ') && !isSkipped(line)).length;
  return { passed: results.length - skipped - failed, failed, skipped };
};

// What a runner says of itself comes before the plain TAP that it may also speak.
const readers: readonly CountsReader[] = [
  readVitest,
  readJest,
  readNode,
  readMocha,
  readPytest,
  readUnittest,
  readCargo,
  readGo,
  readTap,
];

/** Longer lines are no summary of any runner. */
const MAX_LINE = 1000;

/**
 * Counts tests in the output of a test command; null when it is of no known runner.
 *
 * Where a command ran several programs of one runner, their counts are added. Never throws, whatever the bytes.
 */
export function parseCounts(output: string | Uint8Array): TestCounts | null {
  const text = typeof output === 'string' ? output : Buffer.from(output).toString('utf8');
  const lines = text
    .split(/\r?\n/)
    .filter((line) => line.length <= MAX_LINE)
    .map((line) => stripVTControlCharacters(line).trimEnd());
  for (const read of readers) {
    const counts = read(lines);
    if (counts) return counts;
  }
  return null;
}
