import { readFile } from 'node:fs/promises';
import { AllowedSignersError } from './errors.js';
import { parseSignerTime } from './signer-time.js';
import { WireReader } from './wire-reader.js';

/** Who may sign with which key: one line of an allowed signers file. */
export interface AllowedSigner {
  /** Counted from 1. */
  readonly line: number;
  /** Patterns with `*`, `?` and `!`, separated by commas. */
  readonly principals: string;
  readonly keyType: string;
  readonly publicKey: Buffer;
  /** The key vouches for other keys. */
  readonly isAuthority: boolean;
  /** Patterns of the namespaces that the key may sign in. */
  readonly namespaces: string | undefined;
  /** Milliseconds since the epoch. */
  readonly validAfter: number | undefined;
  readonly validBefore: number | undefined;
}

const wildcard = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replaceAll(/[\\^$.|+()[\]{}]/g, '\\$&')
      .replaceAll(/\*+/g, '.*')
      .replaceAll('?', '.')}$`,
    's',
  );

/** As OpenSSH does it (PATTERNS in ssh_config(5)): a negated match wins over all others. */
export function matchesPatterns(text: string, patterns: string): boolean {
  let matches = false;
  for (const pattern of patterns.split(',')) {
    const isNegated = pattern.startsWith('!');
    if (!wildcard(isNegated ? pattern.slice(1) : pattern).test(text)) continue;
    if (isNegated) return false;
    matches = true;
  }
  return matches;
}

/**
 * Parses an allowed signers file; the format is ALLOWED SIGNERS in ssh-keygen(1).
 *
 * Stricter than OpenSSH in one way: a line that cannot be understood spoils the file, not only the lines after it.
 * Throws {@link AllowedSignersError} with the line.
 */
export function parseAllowedSigners(text: string, file: string): readonly AllowedSigner[] {
  return text
    .split('\n')
    .map((content, index) => ({ content: content.trim(), line: index + 1 }))
    .filter(({ content }) => content !== '' && !content.startsWith('#'))
    .map(({ content, line }) => parseLine(content, line, file));
}

function parseLine(content: string, line: number, file: string): AllowedSigner {
  const fail = (reason: string): AllowedSignersError => new AllowedSignersError(file, reason, line);
  const head = /^(?:"([^"]+)"|([^"\s]+))\s+(.*)$/s.exec(content);
  const principals = head?.[1] ?? head?.[2];
  if (!head || principals === undefined) throw fail('it is not "principals key-type key"');
  let rest = head[3] ?? '';
  let key = readKey(rest);
  let options = new Map<string, string | undefined>();
  if (!key) {
    const optionText = /^(?:"[^"]*"|[^\s"])+/.exec(rest)?.[0] ?? '';
    options = parseOptions(optionText, fail);
    rest = rest.slice(optionText.length).trimStart();
    key = readKey(rest);
  }
  if (!key) throw fail('its key cannot be understood');
  const time = (name: string): number | undefined => {
    const value = options.get(name);
    if (value === undefined) return undefined;
    const parsed = parseSignerTime(value);
    if (parsed === undefined) throw fail(`"${value}" is no time of the form YYYYMMDD[HHMM[SS]][Z]`);
    return parsed;
  };
  const validAfter = time('valid-after');
  const validBefore = time('valid-before');
  if (validAfter !== undefined && validBefore !== undefined && validBefore <= validAfter)
    throw fail('valid-before is not after valid-after');
  return {
    line,
    principals,
    ...key,
    isAuthority: options.has('cert-authority'),
    namespaces: options.get('namespaces'),
    validAfter,
    validBefore,
  };
}

const knownOptions = ['cert-authority', 'namespaces', 'valid-after', 'valid-before'];

function parseOptions(text: string, fail: (reason: string) => AllowedSignersError): Map<string, string | undefined> {
  const options = new Map<string, string | undefined>();
  for (const option of text.match(/(?:"[^"]*"|[^,"])+/g) ?? []) {
    const [, name = '', value] = /^([a-zA-Z-]+)(?:="([^"]*)")?$/.exec(option) ?? [];
    const known = name.toLowerCase();
    // An unknown option might be a restriction, so the key is not used without it.
    if (!knownOptions.includes(known) || (known === 'cert-authority') !== (value === undefined))
      throw fail(`its option or key ${JSON.stringify(option.slice(0, 80))} cannot be understood`);
    if (options.has(known)) throw fail(`its option "${known}" is given twice`);
    options.set(known, value);
  }
  return options;
}

function readKey(text: string): Pick<AllowedSigner, 'keyType' | 'publicKey'> | undefined {
  const [, keyType, base64] = /^([a-z0-9@.-]+)\s+([A-Za-z0-9+/]+={0,2})(?:\s|$)/.exec(text) ?? [];
  if (keyType === undefined || base64 === undefined) return undefined;
  const publicKey = Buffer.from(base64, 'base64');
  try {
    return new WireReader(publicKey).name() === keyType ? { keyType, publicKey } : undefined;
  } catch {
    return undefined;
  }
}

/** Reads an allowed signers file. Throws {@link AllowedSignersError}. */
export async function readAllowedSigners(file: string): Promise<readonly AllowedSigner[]> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (cause) {
    throw new AllowedSignersError(
      file,
      `it cannot be read (${cause instanceof Error ? cause.message : String(cause)})`,
    );
  }
  return parseAllowedSigners(text, file);
}
