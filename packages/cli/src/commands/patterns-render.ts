import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { openRepository, readJson } from '@codex-orch/core';
import { renderTemplate, TemplateParametersError, templates, UnknownTemplateError } from '@codex-orch/templates';
import { z } from 'zod';
import { writeNewFiles } from '../compose/asset/write-new-files.js';
import type { CliContext } from '../context.js';
import { TemplateRefusedError, UnreadableJsonError } from '../errors.js';
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
    await writeNewFiles(root, files);
  }
  if (flags.json) printJson(context, { template: id, files, written: flags.write });
  else if (flags.write) for (const { path: name } of files) stdout.write(`wrote ${visibleLine(name)}\n`);
  else if (files.length === 1) stdout.write(files[0]?.text ?? '');
  else for (const { path: name, text } of files) stdout.write(`==> ${visibleLine(name)}\n${text}\n`);
  return exitCode.done;
});

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
  const text = await readFile(path.resolve(process.cwd(), parameters), 'utf8').catch((error: unknown) => {
    throw new UnreadableJsonError(parameters, error as Error);
  });
  const { data, problems } = readJson(text, parametersSchema);
  if (problems) throw new UnreadableJsonError(parameters, problems);
  return { ...data, ...said };
}

const parametersSchema = z.record(z.string(), z.unknown());
