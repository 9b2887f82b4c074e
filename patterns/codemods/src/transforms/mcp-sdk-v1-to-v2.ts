import { asJscodeshift } from '../codemod/as-jscodeshift.js';
import type { Codemod, CodemodOptions, CodemodResult, Decline, SourceFile } from '../codemod/codemod.js';
import { CodemodSyntaxError } from '../codemod/errors.js';
import { flag, list, oneOf, readOptions } from '../codemod/options.js';
import { officialMigration } from '../official/mcp-sdk.js';
import { parseModule } from '../syntax/parse.js';

const id = 'mcp-sdk-v1-to-v2';
const prefilter = ['@modelcontextprotocol/sdk'];
const program = /\.[cm]?[jt]sx?$/;

const readers = {
  projectType: oneOf('unknown', 'client', 'server', 'both'),
  /** Files of the project that cannot be migrated, as `survey` finds them. */
  stuck: list,
  /** Migrate the other files nevertheless. */
  partly: flag(false),
};

/**
 * The MCP project's own migration of its TypeScript SDK from version 1 to 2, a file at a time and without its side effects: it writes no
 * manifest, and no comments. A file with a place that it cannot migrate is left alone as a whole, as half of it would not run; and so is a
 * project with such a file, once it is shown all files (`survey`): what the two versions make does not fit together. Line ends, quotes, a
 * byte order mark and a shebang stay. Needs `@modelcontextprotocol/codemod`.
 *
 * Declines: `needs-judgment`, `project-stuck`.
 */
export const codemod: Codemod = {
  id,
  prefilter,
  transform(file, options = {}) {
    const { stuck = [], partly } = readOptions(id, options, readers);
    const result = migrate(file, options);
    if (result.changes === 0 || partly || stuck.length === 0) return result;
    const message = `${named(stuck)} cannot be migrated, and a project that uses both versions does not run: migrate that by hand first, or set partly.`;
    return { source: file.source, changes: 0, declined: [{ reason: 'project-stuck', message, line: 1, column: 1 }] };
  },
  survey(files, options = {}) {
    readOptions(id, options, readers);
    const stuck = [...files].filter((file) => program.test(file.path) && isStuck(file, options));
    return { ...options, stuck: stuck.map(({ path }) => path).toSorted() };
  },
};

export default asJscodeshift(codemod);

/** Files that are named in a message. */
const maxNamed = 3;

const named = (files: readonly string[]): string =>
  files.length <= maxNamed
    ? files.join(', ')
    : `${files.slice(0, maxNamed).join(', ')} and ${files.length - maxNamed} more`;

function isStuck(file: SourceFile, options: CodemodOptions): boolean {
  if (!prefilter.some((text) => file.source.includes(text))) return false;
  try {
    return migrate(file, options).declined.length > 0;
  } catch (error) {
    if (error instanceof CodemodSyntaxError) return true;
    throw error;
  }
}

/** Migrates one file, whatever the others are. */
function migrate(file: SourceFile, options: CodemodOptions): CodemodResult {
  const { projectType } = readOptions(id, options, readers);
  const { source } = parseModule(file);
  const unchanged = { source, changes: 0, declined: [] };
  if (!/@modelcontextprotocol\/sdk\b/.test(source)) return unchanged;
  const { Project, transforms } = officialMigration(id, 'v1-to-v2');
  const project = new Project({
    useInMemoryFileSystem: true,
    compilerOptions: { allowJs: true },
    manipulationSettings: { quoteKind: /\bfrom\s*"|require\("/.test(source) ? '"' : "'" },
  });
  const morph = project.createSourceFile(`/${file.path.replace(/^.*[\\/]/, '')}`, source);
  let changes = 0;
  const diagnostics = transforms.flatMap((transform) => {
    const result = transform.apply(morph, { projectType });
    changes += result.changesCount;
    return result.diagnostics;
  });
  const declined = diagnostics
    .filter(({ level, advisoryOnly }) => level !== 'info' && advisoryOnly !== true)
    .map(({ line, message }): Decline => ({ reason: 'needs-judgment', message, line, column: 1 }));
  if (changes === 0 || declined.length > 0) return { ...unchanged, declined };
  return { source: asBefore(source, morph.getFullText()), changes, declined };
}

/** Gives a text what the first one has and a rewrite of its imports may have lost. */
function asBefore(before: string, after: string): string {
  const [mark = ''] = before.match(/^\uFEFF?/) ?? [];
  const [shebang = ''] = before.slice(mark.length).match(/^#![^\n]*\n(?:[ \t]*\r?\n)*/) ?? [];
  const bare = after.replace(/^\uFEFF/, '');
  const whole = mark + (bare.startsWith('#!') ? bare : shebang + bare);
  const isCrlf = before.includes('\r\n') && !/(?<!\r)\n/.test(before);
  return isCrlf ? whole.replaceAll(/(?<!\r)\n/g, '\r\n') : whole;
}
