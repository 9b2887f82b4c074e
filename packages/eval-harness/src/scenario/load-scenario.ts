import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { type ReadParts, readParts } from '../document/read-parts.js';
import { ScenarioFileError } from './errors.js';
import { thresholdsSchema } from './thresholds.js';

/** Kinds of assets that a scenario may ask for; the control takes part in each. */
const kinds = z.enum(['codemod', 'rule', 'template']);

/** The form of the files in `scenarios/`: which assets are applied to which targets, how, and what is asked of them. */
export const scenarioSchema = z.strictObject({
  $schema: z.string().optional(),
  schemaVersion: z.literal(1),
  title: z.string().min(1),
  /** Names, or all, or the small set that is soon done. */
  targets: z.union([z.enum(['all', 'quick']), z.array(z.string().min(1)).min(1)], {
    error: 'must be "all", "quick" or a list of names',
  }),
  /** Ids, or all of the kinds that are not retired. */
  assets: z
    .strictObject({ kinds: z.array(kinds).min(1).optional(), ids: z.array(z.string().min(1)).min(1).optional() })
    .refine(({ kinds: ofKinds, ids }) => (ofKinds === undefined) !== (ids === undefined), 'has either "kinds" or "ids"')
    .meta({ minProperties: 1, maxProperties: 1 }),
  /** By the id of the asset. */
  options: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  thresholds: thresholdsSchema.prefault({}),
});

export type Scenario = z.infer<typeof scenarioSchema>;

/** A scenario as it stands in a file. What it names has still to be found: see `resolveScenario`, which tells its problems too. */
export interface LoadedScenario extends ReadParts<Scenario> {
  /** Of the file, so that it can be told where what is wrong with it stands. */
  readonly text: string;
}

/** Reads a scenario. Throws {@link ScenarioFileError} where the file cannot be read. */
export async function loadScenario(file: string): Promise<LoadedScenario> {
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new ScenarioFileError(file, error instanceof Error ? error.message : String(error), error);
  });
  return scenarioOf(text);
}

/** The scenario that a text says. Never throws. */
export const scenarioOf = (text: string): LoadedScenario => ({ text, ...readParts(text, scenarioSchema) });
