import fc from 'fast-check';
import { expect, it } from 'vitest';
import { checkDatabaseUrl, secretsOfDatabaseUrl, shownDatabaseUrl } from './database-url.js';

it.each([
  ['no URL', 'orch', 'it is no URL'],
  ['another protocol', 'mysql://orch:p@db/orch', 'not with "postgresql:"'],
  ['no database', 'postgres://orch:p@db', 'it names no database'],
  ['a percent sign that is not encoded', 'postgres://orch:p%ss@db/orch', '"%25"'],
])('refuses a URL with %s, and does not repeat it', (_what, url, why) => {
  expect(() => checkDatabaseUrl(url)).toThrow(expect.objectContaining({ code: 'database-url' }));
  expect(() => checkDatabaseUrl(url)).toThrow(why);
  expect(() => checkDatabaseUrl(url)).not.toThrow('p%ss');
});

it('shows no password, and names it as a secret both as it is and as it is written', () => {
  fc.assert(
    fc.property(fc.string({ minLength: 4, unit: 'grapheme-ascii' }), (password) => {
      const encoded = encodeURIComponent(password);
      const url = checkDatabaseUrl(`postgres://ada:${encoded}@db.example/shop?sslpassword=${encoded}`);
      expect(secretsOfDatabaseUrl(url)).toContain(password);
      expect(new URL(shownDatabaseUrl(url)).password).toBe('***');
      expect(new URL(shownDatabaseUrl(url)).searchParams.get('sslpassword')).toBe('***');
    }),
  );
});
