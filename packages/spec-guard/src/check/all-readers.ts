import { readYaml } from '../spec/read-yaml.js';
import type { Readers } from './readers.js';
import { schemaReaders } from './schema-readers.js';

/** Every reader, there from the start. */
export const allReaders: Readers = { ...schemaReaders, yaml: readYaml };
