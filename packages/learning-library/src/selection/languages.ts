/** The languages that an asset can be for, and the extensions of their files. */
export const languages = {
  javascript: ['.js', '.jsx', '.mjs', '.cjs', '.es6', '.es'],
  typescript: ['.ts', '.tsx', '.mts', '.cts'],
  json: ['.json', '.jsonc', '.json5'],
  yaml: ['.yml', '.yaml'],
  toml: ['.toml'],
  shell: ['.sh', '.bash'],
  markdown: ['.md'],
} as const;

export type Language = keyof typeof languages;

export const languageNames = Object.keys(languages) as [Language, ...Language[]];

/** The extensions of the files that assets for these languages look at. */
export const extensionsOf = (names: readonly Language[]): ReadonlySet<string> =>
  new Set(names.flatMap((name) => languages[name]));
