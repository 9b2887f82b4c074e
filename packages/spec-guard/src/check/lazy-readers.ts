import type { Readers } from './readers.js';

/** Thrown at the first text that is not plain; never leaves this file. */
class ReaderNeeded extends Error {
  readonly load: () => Promise<Partial<Readers>>;

  constructor(load: () => Promise<Partial<Readers>>) {
    super('a reader is needed that is not loaded');
    this.load = load;
  }
}

const needs = (load: () => Promise<Partial<Readers>>) => (): never => {
  throw new ReaderNeeded(load);
};
const schemas = needs(async () => (await import('./schema-readers.js')).schemaReaders);
const yaml = needs(async () => ({ yaml: (await import('../spec/read-yaml.js')).readYaml }));

let loaded: Readers = { yaml, registry: schemas, policy: schemas, baseline: schemas, overrides: schemas };

/** Calls `read` with the readers that are loaded, and once more with those that it turns out to need. `read` has no effects. */
export async function lazily<T>(read: (readers: Readers) => T): Promise<T> {
  for (;;) {
    try {
      return read(loaded);
    } catch (error) {
      if (!(error instanceof ReaderNeeded)) throw error;
      loaded = { ...loaded, ...(await error.load()) };
    }
  }
}
