import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { makeKey } from '../../test/ssh-keys.js';
import { temporaryFolder } from '../../test/temporary-folder.js';
import { OrchError } from '../errors/orch-error.js';
import { matchesPatterns, parseAllowedSigners } from './allowed-signers.js';
import { canonicalJson } from './canonical-json.js';
import { signText } from './sign-text.js';
import { parseSignerTime } from './signer-time.js';
import { parseSshSignature } from './ssh-signature.js';
import { verifySignature } from './verify-signature.js';

const armor = (bytes: Uint8Array): string =>
  `-----BEGIN SSH SIGNATURE-----\n${Buffer.from(bytes).toString('base64')}\n-----END SSH SIGNATURE-----\n`;

const isTyped = (act: () => unknown): boolean => {
  try {
    act();
  } catch (error) {
    if (!(error instanceof OrchError)) throw error;
  }
  return true;
};

it('refuses arbitrary bytes with an error of its own', () => {
  const magic = Buffer.from('SSHSIG\0\0\0\x01');
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc.uint8Array({ maxLength: 300 }).map((rest) => Buffer.concat([magic, rest])),
  );
  fc.assert(fc.property(bytes, (given) => isTyped(() => parseSshSignature(armor(given)))));
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (given) => isTyped(() => parseSshSignature(given))));
});

it('accepts no signature in which a single bit was turned', async () => {
  const folder = await temporaryFolder();
  const key = makeKey(folder, 'key');
  const allowedSigners = path.join(folder, 'allowed_signers');
  await writeFile(allowedSigners, `ada ${key.publicKey}\n`);
  const signature = await signText('the text', { key: key.file, env: process.env });
  const bytes = Buffer.from(signature.split('\n').slice(1, -2).join(''), 'base64');
  const options = { allowedSigners, identity: 'ada', env: process.env };
  expect(await verifySignature('the text', armor(bytes), options)).toMatchObject({ principals: 'ada' });
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: bytes.length * 8 - 1 }), async (bit) => {
      const turned = Buffer.from(bytes);
      turned[bit >> 3] = (turned[bit >> 3] ?? 0) ^ (1 << (bit & 7));
      await expect(verifySignature('the text', armor(turned), options)).rejects.toBeInstanceOf(OrchError);
    }),
    { numRuns: 300 },
  );
});

it('reads any allowed signers file, or says on which line it cannot', () => {
  const words = fc.constantFrom(
    'ada@example.org',
    '"a b"',
    '"',
    'namespaces="git"',
    'cert-authority',
    ',',
    'valid-after="2020"',
    'valid-before="20200101Z"',
    'ssh-ed25519',
    'AAAAC3NzaC1lZDI1NTE5AAAAIA==',
    '\n',
    '#',
    ' ',
    '\t',
  );
  const file = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(words).map((parts) => parts.join(' ')),
  );
  fc.assert(fc.property(file, (text) => isTyped(() => parseAllowedSigners(text, 'signers'))));
});

it.each([
  ['ada', 'it is not "principals key-type key"'],
  ['ada ssh-ed25519 AAAA', 'cannot be understood'],
  ['ada verify-later ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==', 'option or key "verify-later"'],
  ['ada valid-after="2020" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==', '"2020" is no time'],
  [
    'ada valid-after="20200102Z",valid-before="20200101Z" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==',
    'valid-before is not after valid-after',
  ],
  ['ada namespaces="a",namespaces="b" ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIA==', 'given twice'],
])('refuses the line %j of an allowed signers file', (line, reason) => {
  expect(() => parseAllowedSigners(`# a comment\n${line}\n`, 'signers')).toThrow(reason);
  expect(() => parseAllowedSigners(`# a comment\n${line}\n`, 'signers')).toThrow('signers, line 2');
});

it.each([
  ['ada', 'ada', true],
  ['ada', 'bob,a?a', true],
  ['a.a', 'a?a', true],
  ['axa', 'a.a', false],
  ['ada', '*,!ada', false],
  ['ada', '!bob', false],
  ['ada@x.org', '*@x.org', true],
])('"%s" and the patterns "%s"', (text, patterns, expected) => {
  expect(matchesPatterns(text, patterns)).toBe(expected);
});

it('reads times as ssh-keygen does, and no others', () => {
  expect(parseSignerTime('20200102Z')).toBe(Date.UTC(2020, 0, 2));
  expect(parseSignerTime('202001020304Z')).toBe(Date.UTC(2020, 0, 2, 3, 4));
  expect(parseSignerTime('20200102030405Z')).toBe(Date.UTC(2020, 0, 2, 3, 4, 5));
  expect(parseSignerTime('20200102')).toBe(new Date(2020, 0, 2).getTime());
  for (const text of ['20200230Z', '20201301', '2020', '202001022504Z', 'always', ''])
    expect(parseSignerTime(text)).toBeUndefined();
});

it('writes the same text for the same value, whatever the order of its keys', () => {
  expect(canonicalJson({ b: [1, { d: null, c: 'é\n' }], a: undefined, A: true })).toBe(
    '{"A":true,"b":[1,{"c":"é\\n","d":null}]}',
  );
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(JSON.parse(canonicalJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (value) => {
      const reversed = Object.fromEntries(Object.entries(value).reverse());
      expect(canonicalJson(reversed)).toBe(canonicalJson(value));
    }),
  );
});
