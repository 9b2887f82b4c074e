import { applyEdits, type FormattingOptions, type JSONPath, modify } from 'jsonc-parser';
import { canonicalJson } from '@codex-orch/core';
import { RegistryBrokenError } from './errors.js';
import { parseRegistry } from './parse-registry.js';
import type { Registry } from './registry.js';

/** One change of `tasks/index.json`; `undefined` takes a value away, an index of -1 appends. */
export interface RegistryChange {
  readonly path: JSONPath;
  readonly value: unknown;
}

/**
 * Changes a registry's text and nothing else in it: order, unknown fields, indentation and line ends stay.
 *
 * One of the older shape is brought to today's first. Throws {@link RegistryBrokenError}.
 */
export function editRegistry(
  file: string,
  text: string,
  changes: (registry: Registry) => readonly RegistryChange[],
): string {
  const bom = text.startsWith('\uFEFF') ? '\uFEFF' : '';
  const own = text.slice(bom.length);
  const source = own.trim() === '' ? EMPTY_REGISTRY : own;
  const parsed = parseRegistry(source);
  if (!parsed.registry) throw new RegistryBrokenError(file, parsed.problems);
  const current = parsed.migrated ? migrateText(source, parsed.registry) : source;
  const formattingOptions = formattingOf(current);
  return (
    bom +
    changes(parsed.registry).reduce((before, { path, value }) => {
      const isArrayInsertion = path.at(-1) === -1;
      return applyEdits(before, modify(before, path, value, { formattingOptions, isArrayInsertion }));
    }, current)
  );
}

/** What a repository without a registry begins with. */
export const EMPTY_REGISTRY = '{\n  "schemaVersion": 1,\n  "items": [],\n  "specs": []\n}\n';

/** Writes only the fields that the migration changed. */
function migrateText(text: string, registry: Registry): string {
  const old = JSON.parse(text) as Record<string, unknown>;
  const formattingOptions = formattingOf(text);
  let result = text;
  const put = (path: JSONPath, value: unknown, index?: number): void => {
    const getInsertionIndex = index === undefined ? {} : { getInsertionIndex: () => index };
    result = applyEdits(result, modify(result, path, value, { formattingOptions, ...getInsertionIndex }));
  };
  for (const name of ['items', 'specs'] as const) {
    const entries = old[name];
    if (!Array.isArray(entries)) {
      put([name], []);
      continue;
    }
    for (const [index, entry] of registry[name].entries()) {
      const before = (entries[index] ?? {}) as Record<string, unknown>;
      for (const field of Object.keys(before)) if (!(field in entry)) put([name, index, field], undefined);
      for (const [field, value] of Object.entries(entry))
        if (canonicalJson(before[field]) !== canonicalJson(value)) put([name, index, field], value);
    }
  }
  put(['schemaVersion'], 1, 0);
  return result;
}

function formattingOf(text: string): FormattingOptions {
  const indent = /^[ \t]+(?=["[{])/m.exec(text)?.[0] ?? '  ';
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 1 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}
