import type { RawField, RawText, RawValue } from './raw-field.js';

// Texts that mean in YAML just what they look like.
const scalar = String.raw`'[^'\r\n]*'|"[^"\\\r\n]*"|[A-Za-z0-9_][\w./@+,;()&!?=<>~$^%*|\u00c0-\u024f-]*(?: [\w./@+,;()&!?=<>~$^%*|\u00c0-\u024f-]+)*`;
const item = String.raw`'[^'\r\n]*'|"[^"\\\r\n]*"|[A-Za-z0-9_][\w./@+*-]*`;
const fieldLine = new RegExp(
  String.raw`^([a-z_]+):(?: +(?:(${scalar})|(\[ *(?:(?:${item})(?: *, *(?:${item}))*)? *\])))? *$`,
);
const itemPattern = new RegExp(item, 'g');
const blockItem = new RegExp(String.raw`^( *)- +(${item}) *$`);

const unquoted = (text: string): string => (/^['"]/.test(text) ? text.slice(1, -1) : text);

/**
 * Reads front matter that is as simple as nearly all of it is, some fifty times faster than a YAML parser does.
 *
 * Returns undefined for everything else, also for what is wrong: then the YAML parser has its say. Where both answer, they agree.
 */
export function readPlain(text: string, firstLine: number): readonly RawField[] | undefined {
  const fields: RawField[] = [];
  const names = new Set<string>();
  const lines = text.split('\n');
  for (let index = 0; index < lines.length; index += 1) {
    const content = lineAt(lines, index);
    if (content === '' || content.startsWith('#')) continue;
    const found = fieldLine.exec(content);
    const name = found?.[1];
    if (!found || name === undefined || names.has(name)) return undefined;
    names.add(name);
    const line = firstLine + index;
    let value: RawValue;
    if (found[2] !== undefined) {
      value = { kind: 'text', value: unquoted(found[2]), line, column: content.indexOf(found[2], name.length + 1) + 1 };
    } else if (found[3] !== undefined) {
      value = flowList(content, found[3], name.length + 1, line);
    } else {
      const block = blockList(lines, index + 1, firstLine);
      if (block.length === 0) return undefined;
      index += block.length;
      value = {
        kind: 'list',
        items: block,
        line: line + 1,
        column: lineAt(lines, index - block.length + 1).indexOf('-') + 1,
      };
    }
    fields.push({ name, key: { line, column: 1 }, value });
  }
  return fields.length > 0 ? fields : undefined;
}

const lineAt = (lines: readonly string[], index: number): string => {
  const line = lines[index] ?? '';
  return line.endsWith('\r') ? line.slice(0, -1) : line;
};

function flowList(content: string, list: string, from: number, line: number): RawValue {
  const start = content.indexOf(list, from);
  const items = [...list.matchAll(itemPattern)].map((found): RawText => ({
    value: unquoted(found[0]),
    line,
    column: start + found.index + 1,
  }));
  return { kind: 'list', items, line, column: start + 1 };
}

function blockList(lines: readonly string[], from: number, firstLine: number): readonly RawText[] {
  const items: RawText[] = [];
  let indent: number | undefined;
  for (let index = from; index < lines.length; index += 1) {
    const found = blockItem.exec(lineAt(lines, index));
    if (!found || (indent ??= found[1]?.length) !== found[1]?.length) break;
    const column = (found[1]?.length ?? 0) + found[0].slice(found[1]?.length).indexOf(found[2] ?? '', 1) + 1;
    items.push({ value: unquoted(found[2] ?? ''), line: firstLine + index, column });
  }
  return items;
}
