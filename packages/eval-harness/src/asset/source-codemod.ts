import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { filesOf } from '../target/hash-tree.js';
import type { DeclinedSite, EvaluatedAsset } from './asset.js';

/** A transform of one file's text, as `@codex-orch/codemods` has them. */
export interface SourceCodemod {
  readonly id: string;
  /** A file with none of these texts in it cannot be changed. */
  readonly prefilter: readonly string[];
  transform(
    file: { readonly path: string; readonly source: string },
    options?: Readonly<Record<string, unknown>>,
  ): {
    readonly source: string;
    readonly changes: number;
    readonly declined: readonly { readonly line: number; readonly column: number; readonly reason: string }[];
  };
  /** Completes the options with what it finds in all files of a project, its tests and its `package.json` among them. */
  survey?(
    files: Iterable<{ readonly path: string; readonly source: string }>,
    options?: Readonly<Record<string, unknown>>,
  ): Readonly<Record<string, unknown>>;
}

export interface SourceCodemodIdentity {
  readonly version: string;
  /** Of the codemod's code, and of the versions of all that it runs with, such as its parser. */
  readonly digest: string;
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** An asset that runs a codemod in this process: for trusted code that only turns text into text. */
export function sourceCodemodAsset(
  codemod: SourceCodemod,
  { version, digest, options = {} }: SourceCodemodIdentity,
): EvaluatedAsset {
  return {
    id: codemod.id,
    kind: 'codemod',
    version,
    digest: `${digest} ${JSON.stringify(options)}`,
    options,
    async apply(folder, files, signal) {
      let [matched, changes] = [0, 0];
      const declined: DeclinedSite[] = [];
      const failed: { path: string; message: string }[] = [];
      const completed = codemod.survey ? codemod.survey(await projectFiles(folder), options) : options;
      for (const file of files) {
        signal?.throwIfAborted();
        const place = path.join(folder, file);
        const source = await readFile(place, 'utf8');
        if (!codemod.prefilter.some((text) => source.includes(text))) continue;
        matched += 1;
        try {
          const result = codemod.transform({ path: file, source }, completed);
          changes += result.changes;
          declined.push(...result.declined.map(({ line, column, reason }) => ({ path: file, line, column, reason })));
          if (result.source !== source) await writeFile(place, result.source);
        } catch (error) {
          failed.push({ path: file, message: error instanceof Error ? error.message : String(error) });
        }
      }
      return { matched, changes, declined, failed };
    },
  };
}

async function projectFiles(folder: string): Promise<{ path: string; source: string }[]> {
  const files = await filesOf(folder, ['node_modules', '.git', '.runs']);
  const wanted = files.filter((file) => /\.[cm]?[jt]sx?$|(?:^|\/)package\.json$/.test(file));
  return Promise.all(
    wanted.map(async (file) => ({ path: file, source: await readFile(path.join(folder, file), 'utf8') })),
  );
}
