/** Replaces secrets in a text. */
export type Redact = (text: string) => string;

const patterns: readonly [RegExp, string][] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, '[redacted private key]'],
  [/\bsk-[A-Za-z0-9_-]{16,}/g, '[redacted key]'],
  [/\beyJ[A-Za-z0-9_-]{8,}\.[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]*)?/g, '[redacted token]'],
  [
    /\b(?:gh[pousr]_[A-Za-z0-9]{20,}|github_pat_[A-Za-z0-9_]{20,}|glpat-[A-Za-z0-9_-]{16,}|npm_[A-Za-z0-9]{30,}|xox[a-z]-[A-Za-z0-9-]{10,}|AKIA[0-9A-Z]{16})/g,
    '[redacted token]',
  ],
  [/\b(Bearer\s+)[A-Za-z0-9._~+/=-]{16,}/gi, '$1[redacted]'],
];

/** Replaces what looks like a key or a token. */
export const redactPatterns: Redact = (text) =>
  patterns.reduce((result, [pattern, by]) => result.replace(pattern, by), text);

/** The ways a value is written in JSON within JSON, in URLs and in base64. */
const spellings = (secret: string): string[] => {
  const once = JSON.stringify(secret).slice(1, -1);
  return [
    secret,
    once,
    JSON.stringify(once).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64'),
  ];
};

/** Makes a function that replaces these exact values, however they are spelt, and then what looks like a key. */
export function redactor(secrets: readonly string[]): Redact {
  const values = [...new Set(secrets.filter((secret) => secret !== '').flatMap(spellings))].sort(
    (a, b) => b.length - a.length,
  );
  return (text) => redactPatterns(values.reduce((result, value) => result.replaceAll(value, '[redacted]'), text));
}
