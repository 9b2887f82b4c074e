import { readFile } from 'node:fs/promises';
import { z } from 'zod';
import { ScenarioFileError } from './errors.js';
import { thresholdsSchema } from './thresholds.js';

/** The form of the files in `scenarios/`: which assets are applied to which targets, how, and what is asked of them. */
export const scenarioSchema = z.strictObject({
  $schema: z.string().optional(),
  schemaVersion: z.literal(1),
  title: z.string().min(1),
  /** Names, or all, or the small set that is soon done. */
  targets: z.union([z.enum(['all', 'quick']), z.array(z.string()).min(1)]),
  /** Ids, or all of the kinds. */
  assets: z.union([
    z.strictObject({ kinds: z.array(z.enum(['codemod', 'rule'])).min(1) }),
    z.strictObject({ ids: z.array(z.string()).min(1) }),
  ]),
  /** By the id of the asset. */
  options: z.record(z.string(), z.record(z.string(), z.unknown())).default({}),
  thresholds: thresholdsSchema.prefault({}),
});

export type Scenario = z.infer<typeof scenarioSchema>;

/** Reads a scenario. Throws {@link ScenarioFileError}. */
export async function loadScenario(file: string): Promise<Scenario> {
  let data: unknown;
  try {
    data = JSON.parse(await readFile(file, 'utf8'));
  } catch (error) {
    throw new ScenarioFileError(file, error instanceof Error ? error.message : String(error), error);
  }
  const parsed = scenarioSchema.safeParse(data);
  if (!parsed.success) throw new ScenarioFileError(file, z.prettifyError(parsed.error));
  return parsed.data;
}
