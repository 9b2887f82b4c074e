/** A text or number in a JSON document that gets another value. */
export interface ValueChange {
  readonly path: readonly (string | number)[];
  readonly value: string | number;
}

/**
 * Changes values of a JSON text and nothing else in it: order and white space stay, so that a person sees in a diff what is changed.
 *
 * @param text valid JSON that has a text or a number at each of the paths
 */
export function replaceValues(text: string, changes: readonly ValueChange[]): string {
  const places = placesOf(text);
  return changes
    .map(({ path, value }) => {
      const place = places.get(JSON.stringify(path));
      if (!place) throw new RangeError(`There is no value at ${path.join('.')}.`);
      return { ...place, value: JSON.stringify(value) };
    })
    .sort((a, b) => b.start - a.start)
    .reduce((before, { start, end, value }) => before.slice(0, start) + value + before.slice(end), text);
}

interface Place {
  readonly start: number;
  readonly end: number;
}

interface Container {
  readonly isArray: boolean;
  /** Of the value that comes next; undefined where a name has to come first. */
  key: string | number | undefined;
}

const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Where each text, number and literal stands, by its path. */
function placesOf(text: string): Map<string, Place> {
  const places = new Map<string, Place>();
  const within: Container[] = [];
  for (const { 0: word, index: start } of text.matchAll(token)) {
    const inner = within.at(-1);
    if (word === '{' || word === '[') within.push({ isArray: word === '[', key: word === '[' ? 0 : undefined });
    else if (word === '}' || word === ']') within.pop();
    else if (word === ',' && inner) inner.key = inner.isArray ? Number(inner.key) + 1 : undefined;
    else if (word === ':') continue;
    else if (inner && inner.key === undefined) inner.key = JSON.parse(word) as string;
    else places.set(JSON.stringify(within.map(({ key }) => key)), { start, end: start + word.length });
  }
  return places;
}
