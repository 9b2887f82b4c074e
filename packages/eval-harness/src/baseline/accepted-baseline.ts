import { readFile } from 'node:fs/promises';
import { ifAbsent, readJson } from '@codex-orch/core';
import { z } from 'zod';
import { BaselineFileError } from './errors.js';

const name = z.string().min(1);

const acceptedTargetSchema = z.strictObject({
  version: z.string(),
  /** Tests that judge: those that pass, and do so each time. */
  tests: z.int().nonnegative(),
  /** Ids of tests that were not stable, and judge nothing. */
  quarantined: z.array(z.string()).optional(),
});

const acceptedPairSchema = z.strictObject({
  /** Files. */
  changed: z.int().nonnegative(),
  /** Tests. */
  kept: z.int().nonnegative(),
  /** Ids of tests that the thresholds let an asset break. */
  broken: z.array(z.string()).optional(),
});

/** The form of `baselines/<scenario>.json`: what was accepted of a passed evaluation, and must not become worse. */
export const acceptedBaselineSchema = z.strictObject({
  $schema: z.string().optional(),
  schemaVersion: z.literal(1),
  scenario: name,
  /** The evaluation that was accepted, for people. */
  evaluation: z.string(),
  node: z.string(),
  /** Of whom the tests noticed the control. */
  targets: z.record(name, acceptedTargetSchema),
  /** By asset and target. */
  assets: z.record(name, z.strictObject({ version: z.string(), on: z.record(name, acceptedPairSchema) })),
});

export type AcceptedBaseline = z.infer<typeof acceptedBaselineSchema>;
export type AcceptedTarget = z.infer<typeof acceptedTargetSchema>;
export type AcceptedPair = z.infer<typeof acceptedPairSchema>;

/** Reads an accepted baseline; undefined where there is none. Throws {@link BaselineFileError}. */
export async function readBaseline(file: string): Promise<AcceptedBaseline | undefined> {
  const text = await ifAbsent(readFile(file, 'utf8'), undefined).catch((error: unknown) => {
    throw new BaselineFileError(file, error instanceof Error ? error.message : String(error), error);
  });
  if (text === undefined) return undefined;
  const { data, problems } = readJson(text, acceptedBaselineSchema);
  if (problems) throw new BaselineFileError(file, problems);
  return data;
}

/** One line for each target and pair, so that a diff shows which of them became another. */
export function formatBaseline({ targets, assets, ...head }: AcceptedBaseline): string {
  const line = (key: string, value: unknown, indent: string): string => {
    const short = `${indent}${JSON.stringify(key)}: ${spaced(value)}`;
    if (short.length < maxLength) return short;
    return `${indent}${JSON.stringify(key)}: ${JSON.stringify(value, undefined, 2).replaceAll('\n', `\n${indent}`)}`;
  };
  const lines = (of: Readonly<Record<string, unknown>>, indent: string): string =>
    Object.keys(of)
      .sort()
      .map((key) => line(key, of[key], indent))
      .join(',\n');
  const ofAsset = ([id, { version, on }]: [string, AcceptedBaseline['assets'][string]]): string =>
    `    ${JSON.stringify(id)}: {\n      "version": ${JSON.stringify(version)},\n      "on": {\n${lines(on, '        ')}\n      }\n    }`;
  const sorted = Object.entries(assets).sort(([a], [b]) => (a < b ? -1 : 1));
  const whole = Object.entries(head).map(([key, value]) => line(key, value, '  '));
  return `{\n${whole.join(',\n')},\n  "targets": {\n${lines(targets, '    ')}\n  },\n  "assets": {\n${sorted.map(ofAsset).join(',\n')}\n  }\n}\n`;
}

const maxLength = 120;

/** JSON on one line, with the spaces that formatters put in. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`;
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  const members = Object.entries(value).filter(([, each]) => each !== undefined);
  return `{ ${members.map(([key, each]) => `${JSON.stringify(key)}: ${spaced(each)}`).join(', ')} }`;
}
