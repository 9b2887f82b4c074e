import { visit } from 'jsonc-parser';
import { type Problem, positionAt } from './position.js';

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COLON = 0x3a;

/**
 * The first name that stands twice in one object of a JSON text. Programs take the last of the two and people mostly read the first.
 *
 * `json` is what `JSON.parse` made of the text.
 */
export function duplicateKeyProblem(text: string, json: unknown): Problem | undefined {
  // Where no name is lost, none stood twice. To look for them one by one takes a hundred times as long.
  if (namesIn(text) === namesOf(json)) return undefined;
  const { name, offset } = findDuplicate(text);
  return {
    message: `${name === undefined ? 'a name' : JSON.stringify(name.slice(0, 60))} stands twice in one object; keep one of them`,
    ...positionAt(text, offset),
  };
}

/** How many names the objects of a valid JSON text have: one before each colon that is in no string. */
function namesIn(text: string): number {
  let names = 0;
  let isInString = false;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) isInString = !isInString;
    else if (code === BACKSLASH) at += 1;
    else if (code === COLON && !isInString) names += 1;
  }
  return names;
}

/** How many names the objects of a value have. Without recursion: what `JSON.parse` reads can be nested deeper than the stack. */
function namesOf(json: unknown): number {
  let names = 0;
  const ahead: unknown[] = [json];
  while (ahead.length > 0) {
    const value = ahead.pop();
    if (typeof value !== 'object' || value === null) continue;
    if (Array.isArray(value)) {
      for (const item of value) if (typeof item === 'object') ahead.push(item);
      continue;
    }
    for (const name in value) {
      names += 1;
      const inner = (value as Record<string, unknown>)[name];
      if (typeof inner === 'object') ahead.push(inner);
    }
  }
  return names;
}

function findDuplicate(text: string): { readonly name: string | undefined; readonly offset: number } {
  const open: Set<string>[] = [];
  let found: { readonly name: string; readonly offset: number } | undefined;
  try {
    visit(text, {
      onObjectBegin: () => void open.push(new Set()),
      onObjectEnd: () => void open.pop(),
      onObjectProperty: (name, offset) => {
        if (open.at(-1)?.has(name)) found ??= { name, offset };
        open.at(-1)?.add(name);
      },
    });
  } catch {
    // Nested deeper than the stack: what came before is known, or the start of the file will do.
  }
  return found ?? { name: undefined, offset: 0 };
}
