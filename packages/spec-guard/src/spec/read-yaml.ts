import {
  isAlias,
  isCollection,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  type ParsedNode,
  parseAllDocuments,
  type Range,
} from 'yaml';
import type { Position, Problem } from '../check/position.js';
import type { RawField, RawText, RawValue } from './raw-field.js';

export type ReadFields = { readonly fields: readonly RawField[]; readonly problems: readonly Problem[] };

/**
 * Reads front matter with a YAML parser. Every scalar is a text: `id: 0001` is no number, `title: no` no boolean.
 *
 * Anchors, aliases, tags and directives are refused where they stand and never followed, so nothing can grow. Never throws.
 */
export function readYaml(text: string, firstLine: number): ReadFields {
  const problems: Problem[] = [];
  const counter = new LineCounter();
  const at = (offset: number): Position => {
    const { line, col } = counter.linePos(offset);
    return { line: line + firstLine - 1, column: Math.max(col, 1) };
  };
  const refuse = (message: string, place: Position): void => {
    problems.push({ message, line: place.line, column: place.column });
  };
  try {
    const documents = parseAllDocuments(text, {
      schema: 'failsafe',
      lineCounter: counter,
      prettyErrors: false,
      logLevel: 'silent',
      uniqueKeys: true,
    });
    const [document] = documents;
    if (!document || !('contents' in document) || document.contents === null) {
      refuse('its front matter is empty', { line: firstLine, column: 1 });
      return { fields: [], problems };
    }
    for (const { errors, warnings } of documents)
      for (const { message, pos } of [...errors, ...warnings]) refuse(lowerFirst(message), at(pos[0]));
    if (documents.length > 1)
      refuse('its front matter holds more than one YAML document', at(documents[1]?.range[0] ?? 0));
    const root = document.contents;
    refuseProperties(root, (message, offset) => refuse(message, at(offset)));
    if (!isMap(root)) {
      refuse('its front matter is no list of "name: value" lines', at(offsetOf(root)));
      return { fields: [], problems };
    }
    const fields = root.items.flatMap((pair): RawField[] => {
      const key = pair.key;
      if (!isScalar(key) || typeof key.value !== 'string') {
        refuse('a field has no plain name', at(offsetOf(key)));
        return [];
      }
      const place = at(offsetOf(key));
      return [{ name: key.value, key: place, value: rawValue(pair.value, place, at) }];
    });
    return { fields, problems };
  } catch (error) {
    // Nesting deeper than the stack is the only known way to get here.
    const why = error instanceof RangeError ? 'it is nested too deeply' : 'the YAML parser gave up';
    return {
      fields: [],
      problems: [{ message: `its front matter cannot be read: ${why}`, line: firstLine, column: 1 }],
    };
  }
}

const offsetOf = (node: { readonly range?: Range | null | undefined } | null): number => node?.range?.[0] ?? 0;

const lowerFirst = (message: string): string =>
  message.charAt(0).toLowerCase() + message.slice(1).split('\n', 1).join('');

function rawValue(node: ParsedNode | null, key: Position, at: (offset: number) => Position): RawValue {
  const place = node?.range ? at(node.range[0]) : key;
  const text = (item: unknown): RawText | undefined =>
    isScalar(item) && typeof item.value === 'string' ? { value: item.value, ...at(offsetOf(item)) } : undefined;
  if (node === null) return { kind: 'text', value: '', ...place };
  const own = text(node);
  if (own) return { kind: 'text', ...own };
  if (isSeq(node)) {
    const items = node.items.map(text);
    if (items.every((item) => item !== undefined)) return { kind: 'list', items, ...place };
    return { kind: 'other', what: 'a list of something else than texts', ...place };
  }
  return { kind: 'other', what: isMap(node) ? 'a mapping' : 'an alias', ...place };
}

/** Walks what is written, without following an alias. */
function refuseProperties(root: Node, refuse: (message: string, offset: number) => void): void {
  const ahead: unknown[] = [root];
  while (ahead.length > 0) {
    const node = ahead.pop();
    if (isPair(node)) {
      ahead.push(node.key, node.value);
      continue;
    }
    if (isAlias(node)) refuse('it uses an alias, which front matter may not', offsetOf(node));
    if (!isScalar(node) && !isCollection(node)) continue;
    if (node.anchor !== undefined) refuse('it uses an anchor, which front matter may not', offsetOf(node));
    if (node.tag !== undefined) refuse('it uses a tag, which front matter may not', offsetOf(node));
    if (isCollection(node)) ahead.push(...(node.items as unknown[]));
  }
}
