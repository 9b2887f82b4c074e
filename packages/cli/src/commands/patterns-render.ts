import { lstat, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { makeFolder, openRepository, resolveInside } from '@codex-orch/core';
import {
  type RenderedFile,
  renderTemplate,
  TemplateParametersError,
  templates,
  UnknownTemplateError,
} from '@codex-orch/templates';
import type { CliContext } from '../context.js';
import { BadFlagsError, FileExistsError, TemplateRefusedError, UnreadableJsonError } from '../errors.js';
import { exitCode } from '../exit-code.js';
import { visibleLine } from '../print/visible.js';
import { type CommonFlags, command, printJson } from './command.js';
import { folderOf } from './guard-change.js';
import { namedValues } from './named-values.js';

export interface RenderFlags extends CommonFlags {
  readonly set?: readonly string[] | undefined;
  readonly parameters?: string | undefined;
  readonly write: boolean;
}

export const render = command(async (context, flags: RenderFlags, id: string): Promise<number> => {
  const parameters = await parametersOf(context, flags, id);
  const files = rendered(id, parameters);
  const { stdout } = context.process;
  if (flags.write) {
    const { root } = await openRepository(folderOf(context, flags));
    await writeNew(root, files);
  }
  if (flags.json) printJson(context, { template: id, files, written: flags.write });
  else if (flags.write) for (const { path: name } of files) stdout.write(`wrote ${visibleLine(name)}\n`);
  else if (files.length === 1) stdout.write(files[0]?.text ?? '');
  else for (const { path: name, text } of files) stdout.write(`==> ${visibleLine(name)}\n${text}\n`);
  return exitCode.done;
});

/** What is there may be somebody's work: all files are new, or none is written. */
async function writeNew(root: string, files: readonly RenderedFile[]): Promise<void> {
  const places = await Promise.all(
    files.map(async (file) => ({ ...file, place: await resolveInside(root, file.path) })),
  );
  for (const { path: name, place } of places)
    if (await lstat(place).catch(() => undefined)) throw new FileExistsError(name);
  for (const { path: name, place, text } of places) {
    await makeFolder(path.dirname(place));
    await writeFile(place, text, { flag: 'wx' }).catch((error: unknown) => {
      throw (error as NodeJS.ErrnoException).code === 'EEXIST' ? new FileExistsError(name) : error;
    });
  }
}

function rendered(id: string, parameters: unknown) {
  try {
    return renderTemplate(id, parameters);
  } catch (error) {
    if (error instanceof TemplateParametersError || error instanceof UnknownTemplateError)
      throw new TemplateRefusedError(error);
    throw error;
  }
}

async function parametersOf({ process }: CliContext, { parameters, set }: RenderFlags, id: string): Promise<unknown> {
  const schema = templates.find((template) => template.id === id)?.parametersSchema ?? {};
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, { readonly type?: unknown }>>;
  const said = Object.fromEntries(namedValues('set', set, (name) => properties[name]?.type === 'string'));
  if (parameters === undefined) return said;
  const read = await readJson(path.resolve(process.cwd(), parameters)).catch((error: unknown) => {
    throw new UnreadableJsonError(parameters, error);
  });
  if (typeof read !== 'object' || read === null || Array.isArray(read))
    throw new BadFlagsError(`${parameters} holds no object of parameters.`);
  return { ...read, ...said };
}

const readJson = async (file: string): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));
