import type { JSCodeshift } from 'jscodeshift';

type Raw = Record<string, unknown>;

interface Place {
  readonly holder: Raw | unknown[];
  readonly key: string | number;
  readonly node: Raw;
}

const isObject = (value: unknown): value is Raw => typeof value === 'object' && value !== null;

function placesIn(value: Raw | unknown[], found: Place[] = [], seen = new Set<unknown>()): Place[] {
  for (const key of Object.keys(value)) {
    const child = (value as Raw)[key];
    if (key === 'loc' || key === 'tokens' || !isObject(child) || seen.has(child)) continue;
    seen.add(child);
    if (!Array.isArray(child) && typeof child['type'] === 'string')
      found.push({ holder: value, key: Array.isArray(value) ? Number(key) : key, node: child });
    placesIn(child, found, seen);
  }
  return found;
}

const contains = (outer: Raw, inner: Raw): boolean =>
  outer === inner || placesIn(outer).some(({ node }) => node === inner);

/** Changes a tree in some of the ways in which codemods do, and in which they should not; a seed always leads to the same. */
export function edit(j: JSCodeshift, root: object, seed: number): void {
  let state = seed * 2_654_435_761 + 1;
  const upTo = (count: number): number => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return (state >>> 8) % count;
  };
  for (let times = seed === 0 ? 0 : 1 + (seed % 5); times > 0; times -= 1) {
    const places = placesIn(root as Raw).filter(({ node }) => node['type'] !== 'Program');
    const place = places[upTo(Math.max(places.length, 1))];
    const other = places[upTo(Math.max(places.length, 1))];
    if (place === undefined || other === undefined) return;
    change(j, place, other, upTo(14));
  }
}

function change(j: JSCodeshift, { holder, key, node }: Place, other: Place, way: number): void {
  const put = (value: unknown): void => {
    (holder as Raw)[key] = value;
  };
  const isExpression = j.Expression.check(node);
  switch (way) {
    case 0:
      if (typeof node['name'] === 'string') node['name'] = 'renamed';
      else if (Array.isArray(holder)) holder.splice(Number(key), 1);
      return;
    case 1:
      if (isExpression) put(j.callExpression(j.identifier('wrapped'), [node as never]));
      return;
    case 2:
      if (Array.isArray(holder)) holder.push(node);
      return;
    case 3:
      if (Array.isArray(holder)) holder.reverse();
      return;
    case 4:
      node['original'] = null;
      return;
    case 5:
      delete node['extra'];
      return;
    case 6:
      node['comments'] = [j.commentLine(' added', true, false)];
      return;
    case 7:
      if (isExpression && j.Expression.check(other.node) && !contains(other.node, node)) put(other.node);
      return;
    case 8:
      if (typeof node['operator'] === 'string') node['operator'] = node['operator'] === '+' ? '*' : '+';
      else node['kind'] = 'let';
      return;
    case 9:
      if (isExpression) put(j.arrowFunctionExpression([], node as never));
      return;
    case 10:
      if (isExpression) put(j.memberExpression(node as never, j.identifier('added')));
      return;
    case 11:
      if (node['value'] !== undefined) node['value'] = 'other';
      return;
    case 12:
      delete node['comments'];
      return;
    default:
      if (isExpression) put(j.objectExpression([]));
  }
}
