import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { JscodeshiftTransform } from '../src/codemod/as-jscodeshift.js';
import type { Codemod, CodemodOptions, Decline } from '../src/codemod/codemod.js';

const transforms = path.join(import.meta.dirname, '../src/transforms');

/** The names of all codemods, by their files. */
export const codemodIds = readdirSync(transforms)
  .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
  .map((name) => path.basename(name, '.ts'))
  .toSorted();

/** A codemod and what jscodeshift would load. */
export async function loadCodemod(id: string): Promise<{ codemod: Codemod; transform: JscodeshiftTransform }> {
  const loaded = (await import(path.join(transforms, `${id}.ts`))) as {
    codemod: Codemod;
    default: JscodeshiftTransform;
  };
  return { codemod: loaded.codemod, transform: loaded.default };
}

/** One pair `<name>.input.<ext>` and `<name>.output.<ext>`; the same text in both where nothing may change. */
export interface Fixture {
  readonly name: string;
  /** As the codemod is told it: the case's name with its extension. */
  readonly path: string;
  readonly input: string;
  readonly output: string;
  readonly options: CodemodOptions;
  /** None where there is no `<name>.declined.json`. */
  readonly declined: readonly Pick<Decline, 'reason' | 'line' | 'column'>[];
}

/** The fixtures of a codemod, their lines ended by line feeds whatever the checkout did to them. */
export function fixturesOf(id: string): Fixture[] {
  const folder = path.join(transforms, '__testfixtures__', id);
  if (!existsSync(folder)) return [];
  const read = (name: string) => readFileSync(path.join(folder, name), 'utf8').replaceAll('\r\n', '\n');
  const json = <T>(name: string, missing: T) =>
    existsSync(path.join(folder, name)) ? (JSON.parse(read(name)) as T) : missing;
  return readdirSync(folder).flatMap((file) => {
    const [, name, extension] = /^(.+)\.input(\..+)$/.exec(file) ?? [];
    if (name === undefined || extension === undefined) return [];
    return {
      name,
      path: name + extension,
      input: read(file),
      output: read(`${name}.output${extension}`),
      options: json<CodemodOptions>(`${name}.options.json`, {}),
      declined: json<Fixture['declined']>(`${name}.declined.json`, []),
    };
  });
}

/** Whether the prefilter lets a text through. */
export const passesPrefilter = ({ prefilter }: Codemod, source: string) =>
  prefilter.some((text) => source.includes(text));

/** Whether the file is a program, which can be parsed. */
export const isProgram = ({ path }: { path: string }) => /\.[cm]?[jt]sx?$/.test(path);
