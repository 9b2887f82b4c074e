import { asJscodeshift } from '../codemod/as-jscodeshift.js';
import type { Codemod, Decline } from '../codemod/codemod.js';
import { oneOf, readOptions } from '../codemod/options.js';
import { officialMigration } from '../official/mcp-sdk.js';
import { parseModule } from '../syntax/parse.js';

/**
 * The MCP project's own migration of its TypeScript SDK from version 1 to 2, a file at a time and without its side effects: it writes no
 * manifest, and no comments. A file with a place that it cannot migrate is left alone as a whole, as half of it would not run. Line ends,
 * quotes, a byte order mark and a shebang stay. Needs `@modelcontextprotocol/codemod`.
 *
 * Declines: `needs-judgment`.
 */
export const codemod: Codemod = {
  id: 'mcp-sdk-v1-to-v2',
  prefilter: ['@modelcontextprotocol/sdk'],
  transform(file, options = {}) {
    const { projectType } = readOptions(this.id, options, {
      projectType: oneOf('unknown', 'client', 'server', 'both'),
    });
    const { source } = parseModule(file);
    const unchanged = { source, changes: 0, declined: [] };
    if (!/@modelcontextprotocol\/sdk\b/.test(source)) return unchanged;
    const { Project, transforms } = officialMigration(this.id, 'v1-to-v2');
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
  },
};

export default asJscodeshift(codemod);

/** Gives a text what the first one has and a rewrite of its imports may have lost. */
function asBefore(before: string, after: string): string {
  const [mark = ''] = before.match(/^\uFEFF?/) ?? [];
  const [shebang = ''] = before.slice(mark.length).match(/^#![^\n]*\n(?:[ \t]*\r?\n)*/) ?? [];
  const bare = after.replace(/^\uFEFF/, '');
  const whole = mark + (bare.startsWith('#!') ? bare : shebang + bare);
  const isCrlf = before.includes('\r\n') && !/(?<!\r)\n/.test(before);
  return isCrlf ? whole.replaceAll(/(?<!\r)\n/g, '\r\n') : whole;
}
