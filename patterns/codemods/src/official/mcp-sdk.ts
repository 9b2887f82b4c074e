import { createRequire } from 'node:module';
import { CodemodDependencyError } from '../codemod/errors.js';

/** What of ts-morph the official transforms are given, and we touch. */
interface MorphFile {
  getFullText(): string;
}

interface Morph {
  readonly Project: new (options: object) => {
    createSourceFile(path: string, text: string): MorphFile;
  };
}

interface Diagnostic {
  readonly level: 'error' | 'warning' | 'info';
  readonly line: number;
  readonly message: string;
  readonly advisoryOnly?: boolean;
}

interface OfficialTransform {
  apply(
    file: MorphFile,
    context: { readonly projectType: string },
  ): {
    readonly changesCount: number;
    readonly diagnostics: readonly Diagnostic[];
  };
}

interface OfficialCodemod {
  getMigration(name: string): { readonly transforms: readonly OfficialTransform[] } | undefined;
}

const packageName = '@modelcontextprotocol/codemod';

/** The official migration, and the very ts-morph that it was made for. Loaded when it is needed: most who use the others do not have it. */
export function officialMigration(codemod: string, name: string) {
  const here = createRequire(import.meta.url);
  try {
    const official = here(packageName) as OfficialCodemod;
    const { Project } = createRequire(here.resolve(packageName))('ts-morph') as Morph;
    const migration = official.getMigration(name);
    if (!migration) throw new Error(`it has no migration "${name}"`);
    return { transforms: migration.transforms, Project };
  } catch (error) {
    throw new CodemodDependencyError(codemod, packageName, error);
  }
}
