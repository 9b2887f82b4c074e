import fc from 'fast-check';
import { expect, test } from 'vitest';
import { mapStrings } from './map-strings.js';
import { redactor, redactPatterns } from './redact.js';

test('an exact secret is gone from every string and key, however it is nested and escaped', () => {
  const secrets = fc
    .string({ minLength: 6, unit: 'grapheme' })
    .filter((secret) => !'[redacted]'.includes(secret) && !/^[a-z_]+$/.test(secret));
  fc.assert(
    fc.property(secrets, fc.string({ unit: 'grapheme' }), (secret, around) => {
      const value = {
        plain: `${around}${secret}${around}`,
        list: [{ json: JSON.stringify({ secret }), twice: JSON.stringify(JSON.stringify([secret])) }],
        [secret]: 1,
      };
      const text = JSON.stringify(mapStrings(value, redactor([secret])));
      expect(text).not.toContain(JSON.stringify(secret).slice(1, -1));
    }),
  );
});

test('the encoded forms of a secret are gone too', () => {
  const secret = 'p@ss word/+1';
  const redact = redactor([secret, '']);
  expect(redact(`?q=${encodeURIComponent(secret)}&b=${Buffer.from(secret).toString('base64')}`)).toBe(
    '?q=[redacted]&b=[redacted]',
  );
});

test.each([
  `sk-proj-${'x'.repeat(24)}`,
  'eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc',
  `ghp_${'a'.repeat(36)}`,
  'AKIAIOSFODNN7EXAMPLE',
  '-----BEGIN OPENSSH PRIVATE KEY-----\nabc\n-----END OPENSSH PRIVATE KEY-----',
])('%s looks like a secret', (secret) => {
  expect(redactPatterns(`before ${secret} after`)).toMatch(/^before \[redacted [a-z ]+\] after$/);
});

test.each(['a risk-free sk-etch', 'eyJ', 'the ask-me-anything-session'])('%s does not', (text) => {
  expect(redactPatterns(text)).toBe(text);
});
