import { execFileSync } from 'node:child_process';
import { inspect } from 'node:util';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { OrchError } from '../errors/orch-error.js';
import { Redactor } from './redactor.js';
import { Secret } from './secret.js';
import { spellingsOf } from './spellings.js';

const redactorOf = (...values: readonly string[]): Redactor => {
  const redactor = new Redactor();
  values.forEach((value, index) => {
    redactor.add(new Secret(`S${index}`, value));
  });
  return redactor;
};

/** What can be written as UTF-8: half a surrogate pair cannot. */
const wellFormed = (text: string): string => Buffer.from(text).toString();

/** Secrets of every script, with control characters and quotes; letters of few kinds, so that they overlap and repeat; long ones. */
const secrets = fc.array(
  fc.oneof(
    fc.string({ unit: 'binary', minLength: 6, maxLength: 40 }),
    fc.string({ unit: 'grapheme-ascii', minLength: 6, maxLength: 40 }),
    fc.string({ unit: fc.constantFrom('a', 'b'), minLength: 6, maxLength: 12 }),
    fc.string({
      unit: fc.constantFrom("'", '"', '\\', '$', '`', '&', '<', ' ', '/', 'x'),
      minLength: 6,
      maxLength: 20,
    }),
    fc.string({ unit: 'grapheme-ascii', minLength: 100, maxLength: 200 }),
  ),
  { minLength: 1, maxLength: 4 },
);

const htmlNames: Readonly<Record<string, string>> = { '&': 'amp', '<': 'lt', '>': 'gt', '"': 'quot', "'": '#39' };

const encodings: Readonly<Record<string, (value: string, around: Buffer) => string>> = {
  raw: (value) => value,
  json: (value) => JSON.stringify({ value }),
  'json in json': (value) => JSON.stringify(JSON.stringify({ value })),
  url: (value) => encodeURIComponent(value),
  'lower-case url': (value) => encodeURIComponent(value).replace(/%../g, (escape) => escape.toLowerCase()),
  form: (value) => new URLSearchParams({ value }).toString(),
  'strict form': (value) => new URLSearchParams({ value }).toString().replaceAll('*', '%2A'),
  'web-safe json': (value) =>
    JSON.stringify(value).replace(/[<>&]/g, (unit) => `\\u00${unit.charCodeAt(0).toString(16)}`),
  'whole url': (value) => encodeURI(value),
  html: (value) => value.replace(/[&<>"']/g, (unit) => `&${htmlNames[unit] ?? ''};`),
  'single quotes': (value) => `'${value.replaceAll("'", `'\\''`)}'`,
  "Python's quotes": (value) => `'${value.replaceAll("'", `'"'"'`)}'`,
  'double quotes': (value) => `"${value.replace(/[$`"\\]/g, '\\$&')}"`,
  'broken base64': (value) => Buffer.from(value).toString('base64').replace(/.{76}/g, '$&\n'),
  hex: (value) => Buffer.from(value).toString('hex'),
  HEX: (value) => Buffer.from(value).toString('hex').toUpperCase(),
  base64: (value, around) => Buffer.concat([around, Buffer.from(value), around]).toString('base64'),
  base64url: (value, around) => Buffer.concat([around, Buffer.from(value), around]).toString('base64url'),
};

const residue = (text: string, values: readonly string[]): string[] =>
  values
    .flatMap(spellingsOf)
    .filter((spelling) => text.replaceAll(/\[redacted:S\d\]/g, '\u{10ffff}').includes(spelling));

/** Which values somebody reads from a text who decodes whatever looks encoded; independent of how a redactor looks for them. */
function readable(text: string, values: readonly string[]): string[] {
  const shown = text.replaceAll(/\[redacted:S\d\]/g, '\u{10ffff}');
  const decoded = [
    ...[...shown.matchAll(/(?:[0-9a-f]{2})+/g), ...shown.matchAll(/(?:[0-9A-F]{2})+/g)].flatMap(([run]) => [
      Buffer.from(run, 'hex'),
      Buffer.from(run.slice(1, -1), 'hex'),
    ]),
    ...[...shown.matchAll(/[\w+/-]+/g)].flatMap(([run]) =>
      [0, 1, 2, 3].map((skip) => Buffer.from(run.slice(skip), 'base64')),
    ),
  ];
  const plain = [
    shown,
    shown
      .replaceAll('+', ' ')
      .replaceAll(/(?:%[0-9a-fA-F]{2})+/g, (run) => Buffer.from(run.replaceAll('%', ''), 'hex').toString()),
    shown.replaceAll(/\\(u[0-9a-f]{4}|.)/g, (escape) => {
      try {
        return JSON.parse(`"${escape}"`) as string;
      } catch {
        return escape.slice(1);
      }
    }),
    shown.replaceAll(/&(amp|lt|gt|quot|#39);/g, (_, name: string) => JSON.parse(named[name] ?? '""') as string),
  ];
  return values.filter(
    (value) => plain.some((one) => one.includes(value)) || decoded.some((bytes) => bytes.includes(Buffer.from(value))),
  );
}

const named: Readonly<Record<string, string>> = { amp: '"&"', lt: '"<"', gt: '">"', quot: '"\\""', '#39': `"'"` };

/** Cuts a text into pieces of these lengths, over and over. */
function* cutUp<T extends string | Buffer>(whole: T, lengths: readonly number[]): Generator<T> {
  for (let at = 0, turn = 0; at < whole.length; turn += 1) {
    const length = lengths[turn % lengths.length] ?? 1;
    yield whole.slice(at, at + length) as T;
    at += length;
  }
}

describe('a redactor', () => {
  it('leaves nothing of any secret in any encoding, however the text is cut', () => {
    fc.assert(
      fc.property(
        secrets,
        fc.array(
          fc.tuple(fc.nat(3), fc.constantFrom(...Object.keys(encodings)), fc.string(), fc.uint8Array({ maxLength: 3 })),
          {
            minLength: 1,
            maxLength: 8,
          },
        ),
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (drawn, parts, lengths) => {
          const known = drawn.map(wellFormed);
          const text = parts
            .map(([index, encoding, before, around]) => {
              const value = known[index % known.length] ?? '';
              return before + (encodings[encoding]?.(value, Buffer.from(around)) ?? '');
            })
            .join(' ');
          const redactor = redactorOf(...known);

          const whole = redactor.text(text);
          expect(residue(whole, known)).toEqual([]);
          expect(readable(whole, known)).toEqual([]);

          const stream = redactor.stream();
          expect([...cutUp(text, lengths)].map((piece) => stream.push(piece)).join('') + stream.end()).toBe(whole);

          const bytes = Buffer.from(text);
          const byteStream = redactor.byteStream();
          const chunks = [...cutUp(bytes, lengths)].map((chunk) => byteStream.push(chunk));
          const rest = Buffer.concat([...chunks, byteStream.end()]).toString();
          expect(residue(rest, known)).toEqual([]);
          expect(readable(rest, known)).toEqual([]);
        },
      ),
      { numRuns: 500 },
    );
  });

  it('changes no text that holds no secret, also not bytes that are no text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.uint8Array(), (text, bytes) => {
        const redactor = redactorOf('\u{10fffd}never said\u{10fffd}', 'hunter2hunter2');
        fc.pre(!text.includes('never'));
        expect(redactor.text(text)).toBe(text);
        const stream = redactor.byteStream();
        expect(Buffer.concat([stream.push(bytes), stream.end()])).toEqual(Buffer.from(bytes));
      }),
    );
  });

  it('prefers the longest secret and says which it was', () => {
    const redactor = redactorOf('password', 'password-of-the-vault');
    expect(redactor.text('a password-of-the-vault, a password.')).toBe('a [redacted:S1], a [redacted:S0].');
  });

  it('leaves nothing of two secrets that share characters', () => {
    expect(redactorOf('abcdefgh', 'efghijkl').text('<abcdefghijkl>')).toBe('<[redacted:S0]>');
  });

  it('takes a whole base64 text with its padding', () => {
    const value = 'correct horse';
    expect(redactorOf(value).text(`<${Buffer.from(value).toString('base64')}>`)).toBe('<[redacted:S0]>');
  });

  it('takes each line of a key file, as diffs and logs show it', () => {
    const lines = ['MIIEvQIBADANBgkqhkiG9w0BAQ', 'EFAASCBKcwggSjAgEAAoIBAQ'];
    const redactor = redactorOf(['-----BEGIN KEY-----', ...lines, '-----END KEY-----', ''].join('\n'));
    expect(redactor.text(lines.map((line) => `+${line}`).join('\n'))).toBe('+[redacted:S0]\n+[redacted:S0]');
  });

  it('redacts a secret that becomes known after others were looked for, in texts and in bytes', () => {
    const redactor = redactorOf('first-secret');
    const said = (text: string): readonly string[] => {
      const bytes = redactor.byteStream();
      return [redactor.text(text), Buffer.concat([bytes.push(Buffer.from(text)), bytes.end()]).toString()];
    };
    expect(said('first-secret')).toEqual(['[redacted:S0]', '[redacted:S0]']);
    redactor.add(new Secret('LATE', 'second-secret'));
    expect(said('second-secret')).toEqual(['[redacted:LATE]', '[redacted:LATE]']);
  });

  it('redacts a secret that becomes known while its first half is held back', () => {
    const redactor = redactorOf('tok-12345-old');
    const stream = redactor.stream();
    expect(stream.push('x tok-12345')).toBe('x ');
    redactor.add(new Secret('NEW', 'tok-12345-new'));
    expect(stream.push('-new y') + stream.end()).toBe('[redacted:NEW] y');
  });

  it("leaves nothing of what bash's printf quotes", () => {
    const ascii = Array.from({ length: 94 }, (_, index) => String.fromCharCode(33 + index)).join('');
    const values = [
      ascii,
      "it's a secret",
      'tab\tnewline\nend',
      '#first ~ and last#',
      '$(echo) `x` "y" {a,b}',
      'back\\slash',
    ];
    const quoted = execFileSync(
      'bash',
      ['--norc', '-c', 'for value; do printf "%q\\n" "$value"; done', 'bash', ...values],
      {
        encoding: 'utf8',
        env: { LC_ALL: 'C' },
      },
    );
    const redacted = redactorOf(...values)
      .text(quoted)
      .trimEnd()
      .split('\n');
    expect(redacted).toHaveLength(values.length);
    // What quotes the value as a whole may stay.
    expect(
      redacted.filter((line, index) => !new RegExp(`^(\\$')?\\\\?\\[redacted:S${index}\\]'?$`).test(line)),
    ).toEqual([]);
  });

  it('finds the lines of a long key in broken base64, wherever they are cut', () => {
    const key = Array.from({ length: 40 }, (_, index) => `line ${index} of a very secret key`).join('\n');
    const base64 = Buffer.from(key).toString('base64');
    for (const width of [64, 76]) {
      const lines = base64.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
      const text = lines.map((line) => `+${line}\r\n`).join('');
      const left = redactorOf(key)
        .text(text)
        .replaceAll('[redacted:S0]', '')
        .replaceAll(/[+\r\n]/g, '');
      expect(left.length).toBeLessThan(12);
    }
  });

  it('ignores values so short that they occur by chance', () => {
    const redactor = redactorOf('12345');
    expect(redactor.text('12345 MTIzNDU=')).toBe('12345 MTIzNDU=');
    expect(redactor.isEmpty).toBe(true);
  });

  it('looks at each character once, whatever the text is', () => {
    // A search that starts again at every character would need 10^11 steps here.
    const long = `${'a'.repeat(8000)}b`;
    const redactor = redactorOf(long, 'aaaaaaab');
    const stream = redactor.stream();
    let kept = '';
    for (let i = 0; i < 1000; i += 1) kept += stream.push('a'.repeat(10_000));
    expect((kept + stream.end()).length).toBe(10_000_000);
  });

  it('looks for the longest secrets in all their spellings, and for many at once', () => {
    const worst = ['\u0001', '"', '\\', "'", '&', '\u00e9', '\ud83d\ude00', '/', 'x'];
    for (const unit of worst) {
      const value = unit.repeat(Math.floor((16 * 1024) / Buffer.byteLength(unit)));
      const length = spellingsOf(value).reduce((sum, spelling) => sum + spelling.length, 0);
      expect(length, JSON.stringify(unit)).toBeLessThan(100 * Buffer.byteLength(value));
      expect(redactorOf(value).text(`a ${JSON.stringify({ value })} b`)).toBe('a {"value":"[redacted:S0]"} b');
    }
    const many = Array.from({ length: 1000 }, (_, index) => `secret-${index.toString(36).padStart(4, '0')}-of-many`);
    const text = many.map((value) => Buffer.from(`${value}\n`).toString('base64')).join(' ');
    expect(
      residue(
        redactorOf(...many)
          .text(text)
          .replaceAll(/\[redacted:S\d+\]/g, ''),
        many,
      ),
    ).toEqual([]);
  });

  it('holds back no more than the longest secret of a text that repeats it without end', () => {
    const stream = redactorOf('aaaaaa').stream();
    const kept = Array.from({ length: 1000 }, () => stream.push('a'.repeat(1000))).join('') + stream.end();
    expect(kept).toBe('[redacted:S0]');
  });

  it('redacts values and names in data, and leaves the rest as it is', () => {
    const data = { n: 1, none: null, list: ['is hunter2hunter2', true], hunter2hunter2: undefined };
    expect(redactorOf('hunter2hunter2').json(data)).toStrictEqual({
      n: 1,
      none: null,
      list: ['is [redacted:S0]', true],
      '[redacted:S0]': undefined,
    });
  });

  it('redacts what an error says, its stack, hint and causes included', () => {
    class TestError extends OrchError {
      readonly code = 'test';
    }
    const error = new TestError('hunter2hunter2', {
      hint: 'not hunter2hunter2',
      cause: new Error('from hunter2hunter2'),
    });
    redactorOf('hunter2hunter2').error(error);
    expect(error.message).toBe('[redacted:S0]');
    expect(inspect(error, { showHidden: true })).not.toContain('hunter2');
  });

  it('finds whose secrets are in a stream of bytes', async () => {
    async function* chunks(): AsyncGenerator<Buffer> {
      yield Buffer.from('+ hunter2');
      yield Buffer.from('hunter2\n+ x');
    }
    expect(await redactorOf('hunter2hunter2', 'not there').namesIn(chunks())).toEqual(['S0']);
  });
});

it('a secret shows its name wherever it is printed, and its value to who asks', () => {
  const secret = new Secret('KEY', 'hunter2hunter2');
  const shown = [String(secret), JSON.stringify({ secret }), inspect({ secret }, { showHidden: true, depth: 9 })];
  expect(shown.join('\n')).not.toContain('hunter2');
  expect(shown.every((text) => text.includes('[secret:KEY]'))).toBe(true);
  expect(secret.reveal()).toBe('hunter2hunter2');
});
