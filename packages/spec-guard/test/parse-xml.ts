export interface XmlElement {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly children: XmlElement[];
  text: string;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/** The characters that XML 1.0 allows (production 2). */
const legal = /^[\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]*$/u;

/** A strict parser of the part of XML 1.0 that reports are written in; throws for everything else. */
export function parseXml(text: string): XmlElement {
  if (!legal.test(text)) throw new Error('a character that XML has no way to write');
  let at = 0;
  const take = (pattern: RegExp): RegExpExecArray | undefined => {
    const sticky = new RegExp(pattern.source, 'yu');
    sticky.lastIndex = at;
    const found = sticky.exec(text) ?? undefined;
    if (found) at = sticky.lastIndex;
    return found;
  };
  const expectOne = (pattern: RegExp): RegExpExecArray => {
    const found = take(pattern);
    if (!found) throw new Error(`no ${String(pattern)} at ${JSON.stringify(text.slice(at, at + 40))}`);
    return found;
  };
  const decode = (raw: string): string => {
    if (/&(?!(?:amp|lt|gt|quot|apos|#\d+);)/.test(raw) || raw.includes(']]>'))
      throw new Error(`not well-formed: ${raw}`);
    return raw.replaceAll(/&(?:#(\d+)|(\w+));/g, (_, code?: string, name?: string) =>
      code === undefined ? (entities[name ?? ''] ?? '') : String.fromCodePoint(Number(code)),
    );
  };
  const element = (): XmlElement => {
    const [, name = ''] = expectOne(/<([A-Za-z][\w-]*)/);
    const attributes: Record<string, string> = {};
    for (let found = take(/\s+([A-Za-z][\w-]*)="([^"<]*)"/); found; found = take(/\s+([A-Za-z][\w-]*)="([^"<]*)"/)) {
      const [, key = '', value = ''] = found;
      if (key in attributes) throw new Error(`two attributes ${key}`);
      attributes[key] = decode(value);
    }
    const own: XmlElement = { name, attributes, children: [], text: '' };
    if (take(/\s*\/>/)) return own;
    expectOne(/\s*>/);
    while (!take(new RegExp(`</${name}\\s*>`))) {
      if (text[at] === '<') own.children.push(element());
      else own.text += decode(expectOne(/[^<]+/)[0]);
    }
    return own;
  };
  expectOne(/<\?xml version="1\.0" encoding="UTF-8"\?>\s*/);
  const root = element();
  expectOne(/\s*$/);
  return root;
}
