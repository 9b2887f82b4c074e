type Reader = (text: string) => Iterable<string>;

const packageJson: Reader = (text) => {
  const manifest = JSON.parse(text.replace(/^\uFEFF/, '')) as Readonly<Record<string, unknown>> | null;
  return ['dependencies', 'devDependencies', 'optionalDependencies', 'peerDependencies'].flatMap((section) => {
    const entries = manifest?.[section];
    return typeof entries === 'object' && entries !== null ? Object.keys(entries) : [];
  });
};

const goMod: Reader = (text) =>
  [...text.matchAll(/^[ \t]*(?:require[ \t]+)?([\w.-]+\.[\w.-]+\/[^\s]+)[ \t]+v\d/gm)].map(([, name = '']) => name);

const requirements: Reader = (text) =>
  [...text.matchAll(/^[ \t]*([A-Za-z0-9][\w.-]*)/gm)].map(([, name = '']) =>
    name.toLowerCase().replaceAll(/[._]/g, '-'),
  );

const cargoToml: Reader = (text) => {
  const names: string[] = [];
  let isDependencies = false;
  for (const line of text.split(/\r?\n/)) {
    const section = /^[ \t]*\[([^\]]+)\]/.exec(line)?.[1]?.trim();
    if (section !== undefined) {
      const own = /(?:^|\.)(?:dev-|build-)?dependencies\.([\w-]+)$/.exec(section)?.[1];
      if (own !== undefined) names.push(own);
      isDependencies = /(?:^|\.)(?:dev-|build-)?dependencies$/.test(section);
    } else if (isDependencies) {
      const name = /^[ \t]*([\w-]+)[ \t]*[.=]/.exec(line)?.[1];
      if (name !== undefined) names.push(name);
    }
  }
  return names;
};

const readers: readonly (readonly [RegExp, Reader])[] = [
  [/^package\.json$/, packageJson],
  [/^go\.mod$/, goMod],
  [/^requirements[\w.-]*\.txt$/, requirements],
  [/^Cargo\.toml$/, cargoToml],
];

const readerOf = (path: string): Reader | undefined => {
  const name = path.slice(path.lastIndexOf('/') + 1);
  return readers.find(([pattern]) => pattern.test(name))?.[1];
};

/** Whether {@link addedDependencies} understands a file, by its name: package.json, go.mod, requirements.txt, Cargo.toml. */
export const isManifest = (path: string): boolean => readerOf(path) !== undefined;

/**
 * Names of the dependencies that a package's manifest gained; a new version of one that it had is none.
 *
 * `before` and `after` are undefined where the file is not there. A file that cannot be understood gained nothing.
 */
export function addedDependencies(
  path: string,
  before: string | undefined,
  after: string | undefined,
): readonly string[] {
  const read = readerOf(path);
  if (!read || after === undefined) return [];
  const names = (text: string | undefined): ReadonlySet<string> => {
    try {
      return new Set(text === undefined ? [] : read(text));
    } catch {
      return new Set();
    }
  };
  const had = names(before);
  return [...names(after)].filter((name) => !had.has(name)).sort();
}
