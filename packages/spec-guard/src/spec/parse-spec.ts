import { type ParsedSpec, readSpec } from './read-spec.js';
import { readYaml } from './read-yaml.js';

/** Reads the front matter of a spec. Never throws, and reads nothing below the front matter. */
export const parseSpec = (text: string): ParsedSpec => readSpec(text, readYaml);
