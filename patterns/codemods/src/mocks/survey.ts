import { CodemodSyntaxError } from '../codemod/errors.js';
import type { SourceFile } from '../codemod/codemod.js';
import { loadsOf } from '../syntax/loads.js';
import { parseModule } from '../syntax/parse.js';
import { builtins } from './builtins.js';
import { mayMock, plainMockNames, possibleMockNames } from './mock-names.js';

const program = /\.[cm]?[jt]sx?$/;
const declaration = /\.d\.[cm]?ts$/;
const manualMock = /(?:^|\/)__mocks__\/(.+)\.[cm]?[jt]sx?$/;
const bundlerConfig = /(?:^|\/)[^/]*(?:webpack|rollup|vite|vitest|jest|karma|metro|esbuild|gulp|grunt)[^/]*$/i;
const helper =
  /(?:^|[/.-])(?:tests?|specs?|__tests__|__mocks__|mocks?|fixtures?|helpers?|stubs?|fakes?|support)(?:[/.-]|$)/i;

/**
 * The builtins that a project replaces by their names, so that loading them under another name would pass the
 * replacement by. With `followed`, those are left out whose every mention is one that the transform renames too.
 */
export function mockedIn(files: Iterable<SourceFile>, followed: boolean): string[] {
  const all = [...files].map((file) => ({ ...file, path: file.path.replaceAll('\\', '/') }));
  const mocked = new Set<string>();
  for (const { path, source } of all) {
    const manual = manualMock.exec(path)?.[1];
    if (manual !== undefined && builtins.has(manual)) mocked.add(manual);
    if (/(?:^|\/)package\.json$/.test(path)) for (const name of mappedBy(source)) mocked.add(name);
  }
  for (const file of mockingFiles(all)) {
    const isConfig = bundlerConfig.test(file.path);
    for (const name of namesIn(file, followed && !isConfig)) mocked.add(name);
  }
  return [...mocked].toSorted();
}

/** Files that mock, and files beside them that they share names with: what they load, and what loads them. */
function mockingFiles(files: readonly SourceFile[]): SourceFile[] {
  const programs = files.filter(({ path }) => program.test(path) && !declaration.test(path));
  const mocking = new Set(programs.filter(({ path, source }) => mayMock(source) || bundlerConfig.test(path)));
  const stems = new Set([...mocking].map(({ path }) => stem(path)));
  const named = new Set([...mocking].flatMap((file) => relativeLoads(file)));
  return programs.filter(
    (file) =>
      mocking.has(file) ||
      (helper.test(file.path) && named.has(stem(file.path))) ||
      (helper.test(file.path) && relativeLoads(file).some((path) => stems.has(path))),
  );
}

/** A path as a relative load may write it, without extension and `/index`. */
const stem = (path: string) => path.replace(program, '').replace(/(?:^|\/)index$/, '');

function relativeLoads(file: SourceFile): string[] {
  const folder = file.path.split('/').slice(0, -1);
  try {
    return loadsOf(parseModule(file)).flatMap(({ name }) => {
      if (!name.startsWith('.')) return [];
      const parts = [...folder];
      for (const part of name.split('/')) {
        if (part === '..') parts.pop();
        else if (part !== '.' && part !== '') parts.push(part);
      }
      return [stem(parts.join('/'))];
    });
  } catch (error) {
    if (error instanceof CodemodSyntaxError) return [];
    throw error;
  }
}

function namesIn(file: SourceFile, followed: boolean): string[] {
  try {
    const module = parseModule(file);
    const plain = new Set(followed ? plainMockNames(module).map(({ node }) => node) : []);
    return possibleMockNames(module)
      .filter(({ node }) => !plain.has(node))
      .map(({ name }) => name);
  } catch (error) {
    if (!(error instanceof CodemodSyntaxError)) throw error;
    // It cannot be read, so every name in it may be that of a mock.
    return [...builtins].filter((name) => file.source.includes(name));
  }
}

/** Builtins that a manifest replaces for bundlers and tests, or names as packages of their own. */
function mappedBy(source: string): string[] {
  let manifest: unknown;
  try {
    manifest = JSON.parse(source);
  } catch {
    // It cannot be read, so every name in it may be that of a replacement.
    return [...builtins].filter((name) => source.includes(name));
  }
  const fields = ['browser', 'react-native', 'dependencies', 'alias', 'imports', '_moduleAliases'];
  const maps = fields.map((field) => at(manifest, field));
  maps.push(at(at(manifest, 'jest'), 'moduleNameMapper'), at(at(manifest, 'browserify'), 'alias'));
  return maps
    .flatMap((map) => (typeof map === 'object' && map !== null ? Object.keys(map) : []))
    .map((key) => key.replaceAll(/[\^$]/g, ''))
    .filter((key) => builtins.has(key));
}

const at = (value: unknown, key: string): unknown =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[key] : undefined;
