import { judgeDocument, problemLine } from '@codex-orch/core';
import { z } from 'zod';
import { OptionsInvalidError, OptionsSchemaBrokenError } from './errors.js';
import { optionKinds } from './option-lines.js';

/** Options of one asset, as a command line or a configuration gives them. */
export type AssetOptions = Readonly<Record<string, unknown>>;

/**
 * Checks options against the JSON Schema of their asset, and fills in its defaults.
 *
 * Without a schema an asset has no options. Throws {@link OptionsInvalidError} and {@link OptionsSchemaBrokenError}.
 */
export function checkOptions(
  asset: { readonly id: string; readonly optionsSchema?: Readonly<Record<string, unknown>> | undefined },
  options: AssetOptions = {},
): AssetOptions {
  const schema = asset.optionsSchema ?? { type: 'object', additionalProperties: false };
  const { data, problems } = judgeDocument(compile(asset.id, schema), options);
  if (problems) throw new OptionsInvalidError(asset.id, problems.map(problemLine), optionKinds(schema));
  return data as AssetOptions;
}

/** Whether a JSON Schema can be used for options. Throws {@link OptionsSchemaBrokenError}. */
export function compile(asset: string, schema: Readonly<Record<string, unknown>>): z.ZodType {
  try {
    return z.fromJSONSchema(schema);
  } catch (error) {
    throw new OptionsSchemaBrokenError(asset, error);
  }
}
