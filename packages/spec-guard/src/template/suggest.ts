/** The narrowest glob that covers all of some paths. */
export function suggestedCover(paths: readonly string[]): string {
  const [first = '', ...others] = paths;
  if (others.length === 0) return first;
  const names = first.split('/').slice(0, -1);
  let depth = names.length;
  for (const other of others) {
    const own = other.split('/').slice(0, -1);
    while (depth > 0 && names.slice(0, depth).join('/') !== own.slice(0, depth).join('/')) depth -= 1;
  }
  return [...names.slice(0, depth), '**'].join('/');
}

/** A first title for a spec of some paths: the folder that they share. */
export function suggestedTitle(paths: readonly string[]): string {
  const names = suggestedCover(paths)
    .split('/')
    .filter((name) => name !== '**');
  const name = (names.at(-1) ?? '')
    .replace(/\.[^.]*$/, '')
    .replaceAll(/[^A-Za-z0-9]+/g, ' ')
    .trim();
  return name === '' ? 'Untitled' : name.charAt(0).toUpperCase() + name.slice(1);
}
