const escapes: Readonly<Record<string, number>> = {
  a: 7,
  b: 8,
  t: 9,
  n: 10,
  v: 11,
  f: 12,
  r: 13,
  '"': 34,
  '\\': 92,
};

/** Decodes a path as git quotes it in C's way; undefined where the quotes are not closed or an escape is unknown. */
function readQuoted(text: string): { readonly path: string; readonly length: number } | undefined {
  const bytes: Buffer[] = [];
  let at = 1;
  while (at < text.length) {
    const char = text.charAt(at);
    if (char === '"') return { path: Buffer.concat(bytes).toString('utf8'), length: at + 1 };
    if (char !== '\\') {
      const end = /["\\]/.exec(text.slice(at))?.index ?? text.length - at;
      bytes.push(Buffer.from(text.slice(at, at + end)));
      at += end;
      continue;
    }
    const octal = /^[0-3][0-7]{2}/.exec(text.slice(at + 1, at + 4))?.[0];
    const byte = octal === undefined ? escapes[text.charAt(at + 1)] : Number.parseInt(octal, 8);
    if (byte === undefined) return undefined;
    bytes.push(Buffer.from([byte]));
    at += octal === undefined ? 2 : 4;
  }
  return undefined;
}

/** Reads the path of one header line, with or without quotes; git ends an unquoted one that has spaces with a tab. */
export function readPath(text: string): string | undefined {
  if (!text.startsWith('"')) return text.replace(/\t.*$/, '');
  const quoted = readQuoted(text);
  return quoted?.path;
}

/** Splits `a/OLD b/NEW`, which is ambiguous only for renames, and those have lines of their own. */
export function readBothPaths(text: string): readonly [string, string] | undefined {
  if (text.startsWith('"')) {
    const first = readQuoted(text);
    if (first === undefined) return undefined;
    const second = readPath(text.slice(first.length + 1));
    return second === undefined ? undefined : [first.path, second];
  }
  const quoted = text.indexOf(' "');
  if (quoted > 0) {
    const second = readPath(text.slice(quoted + 1));
    return second === undefined ? undefined : [text.slice(0, quoted), second];
  }
  const middle = (text.length - 1) / 2;
  const [first, second] = [text.slice(0, middle), text.slice(middle + 1)];
  if (text.charAt(middle) === ' ' && afterPrefix(first) === afterPrefix(second)) return [first, second];
  const space = text.indexOf(' b/');
  return space < 0 ? undefined : [text.slice(0, space), text.slice(space + 1)];
}

/** A path without `a/` or `b/`. */
export function afterPrefix(path: string): string {
  return path.replace(/^[ab]\//, '');
}
