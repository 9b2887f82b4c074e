/** Shorter values occur by chance, and redacting them would make other text unreadable. */
export const minSecretLength = 6;

/** A line of a longer secret, such as a private key, is looked for by itself: diffs and logs put marks before each line. */
const minLineLength = 12;

/** The characters of a base64 text that these bytes alone decide, when `before` bytes of something else come first. */
function base64At(bytes: Buffer, before: number): string {
  const text = Buffer.concat([Buffer.alloc(before), bytes]).toString('base64');
  return text.slice(Math.ceil((before * 8) / 6), Math.floor(((before + bytes.length) * 8) / 6));
}

const inJson = (text: string): string => JSON.stringify(text).slice(1, -1);

const inAscii = (text: string): string =>
  text.replace(/[\u0080-\uffff]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

/** As Go's and some web frameworks' JSON has it. */
const inHtmlSafeJson = (json: string): string =>
  json.replace(/[<>&\u2028\u2029]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);

const htmlNames: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

const inHtml = (text: string, apostrophe: string): string =>
  text.replace(/[&<>"']/g, (character) => htmlNames[character] ?? apostrophe);

/** Within quotes of each kind, or without any: `'…'` of a shell and of Python's shlex, `"…"`, `$'…'` and JavaScript's `'…'`, `printf %q`. */
const inShell = (text: string): readonly string[] => [
  text.replaceAll("'", `'\\''`),
  text.replaceAll("'", `'"'"'`),
  text.replace(/[$`"\\]/g, '\\$&'),
  text.replace(/[\\']/g, '\\$&').replaceAll('\n', '\\n').replaceAll('\r', '\\r').replaceAll('\t', '\\t'),
  text.replace(/[ !"$&'()*,;<>?[\\\]^`{|}]/g, '\\$&'),
];

/** The lines of base64 that is broken as `base64` (76) and PEM (64) do it. */
const brokenLines = (base64: string): readonly string[] =>
  [64, 76].flatMap((width) =>
    base64.length <= width ? [] : (base64.match(new RegExp(`.{${minLineLength},${width}}`, 'g')) ?? []),
  );

const inStrictUrl = (url: string): string =>
  url.replace(/[!'()*]/g, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);

const lowerEscapes = (url: string): string => url.replace(/%[0-9A-F]{2}/g, (escape) => escape.toLowerCase());

/**
 * The ways in which a value turns up in text: as it is, in JSON (also within JSON), in URLs and forms, in HTML and XML, quoted for a
 * shell, in base64 and base64url wherever it stands in the encoded bytes, and in hex.
 *
 * Together they have at most 100 characters for each byte of the value; hardly any value has all of them.
 */
export function spellingsOf(value: string): readonly string[] {
  const bytes = Buffer.from(value);
  const json = inJson(value);
  // Half a surrogate pair cannot be written in a URL; decoding the bytes again replaces it.
  const wellFormed = bytes.toString();
  const url = encodeURIComponent(wellFormed);
  const form = new URLSearchParams([['', wellFormed]]).toString().slice(1);
  const whole = bytes.toString('base64');
  const base64 = [whole, ...[0, 1, 2].map((before) => base64At(bytes, before)), ...brokenLines(whole)];
  const lines = value.split(/\r?\n/);
  const all = [
    value,
    json,
    inJson(json),
    json.replaceAll('/', '\\/'),
    inAscii(json),
    inAscii(json.replaceAll('/', '\\/')),
    inHtmlSafeJson(json),
    ...[url, inStrictUrl(url), encodeURI(wellFormed), form, form.replaceAll('*', '%2A')].flatMap((text) => [
      text,
      lowerEscapes(text),
      text.replaceAll('%20', '+'),
    ]),
    ...['&#39;', '&#x27;', '&apos;', "'"].map((apostrophe) => inHtml(value, apostrophe)),
    ...inShell(value),
    ...base64.flatMap((text) => [text, text.replaceAll('+', '-').replaceAll('/', '_')]),
    whole.replaceAll('/', '\\/'),
    bytes.toString('hex'),
    bytes.toString('hex').toUpperCase(),
    // Every key file begins with the same words.
    ...(lines.length > 1
      ? lines.filter((line) => line.length >= minLineLength && !line.startsWith('-----')).map((line) => line.trim())
      : []),
  ];
  return [...new Set(all)].filter((spelling) => spelling.length >= minSecretLength);
}
