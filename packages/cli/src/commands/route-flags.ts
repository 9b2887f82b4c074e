const text = String;

/** A flag with a text, which may be left out. */
export const words = (brief: string, placeholder: string) =>
  ({ kind: 'parsed', parse: text, brief, optional: true, placeholder }) as const;

/** A flag that may be given several times. */
export const many = (brief: string, placeholder: string) =>
  ({ kind: 'parsed', parse: text, brief, optional: true, variadic: true, placeholder }) as const;

/** A flag that is given or not. */
export const yes = (brief: string) => ({ kind: 'boolean', brief, default: false }) as const;

/** For commands about goals that other machines work on. */
export const databaseFlags = {
  database: words('Postgres whose workers have the goals. The password is shown nowhere', 'url'),
  artifacts: words('With --database: where results lie, as the workers were told', 'place'),
} as const;

/** What every command knows. */
export const common = {
  json: yes('Print data for programs on standard output'),
  repo: words('The repository, when it is not the one around the working folder', 'folder'),
} as const;
