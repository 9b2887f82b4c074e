import type { SourceFile } from '../check/check-input.js';
import { schemaReaders } from '../check/schema-readers.js';
import { type ParsedRegistry, readRegistry } from './read-registry.js';

/** Reads `tasks/index.json`; `irregular` says what it is instead of a text. Never throws; says the line and column of what is wrong. */
export const parseRegistry = (text: string, irregular?: SourceFile['irregular']): ParsedRegistry =>
  readRegistry({ text, irregular }, schemaReaders.registry);
