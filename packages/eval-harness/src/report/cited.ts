import { placeProblems, readJson } from '@codex-orch/core';
import { z } from 'zod';

/** A JSON file of the repository that results are about. */
export interface CitedDocument {
  /** Relative to the root of the repository, with `/` between names. */
  readonly uri: string;
  readonly text: string;
}

/** The files in which reviewers find what a result is about. */
export interface CitedDocuments {
  /** The index of assets. */
  readonly index?: CitedDocument | undefined;
  /** The list of targets. */
  readonly targets?: CitedDocument | undefined;
  /** What is accepted of the scenario. */
  readonly accepted?: CitedDocument | undefined;
}

/** A line of a file; the first where it cannot be told, as GitHub shows no result without one. */
export interface CitedLine {
  readonly uri: string;
  readonly line: number;
}

export const assetLine = ({ index }: CitedDocuments, id: string): CitedLine =>
  entryLine(index, 'patterns/index.json', { list: 'assets', field: 'id', value: id });

export const targetLine = ({ targets }: CitedDocuments, name: string): CitedLine =>
  entryLine(targets, 'evaluation/targets.json', { list: 'targets', field: 'name', value: name });

/** The nearest that there still is to a pair, an asset or a target of what is accepted. */
export function acceptedLine(
  { accepted }: CitedDocuments,
  uri: string,
  { asset, target }: { readonly asset?: string | undefined; readonly target?: string | undefined },
): CitedLine {
  const ofAsset = asset === undefined ? undefined : ['assets', asset, ...(target === undefined ? [] : ['on', target])];
  const path = ofAsset ?? (target === undefined ? [] : ['targets', target]);
  return accepted ? lineAt(accepted, path) : { uri, line: 1 };
}

function entryLine(
  document: CitedDocument | undefined,
  uri: string,
  { list, field, value }: { readonly list: string; readonly field: string; readonly value: string },
): CitedLine {
  if (!document) return { uri, line: 1 };
  // Somebody may be editing it, and a result has to be told all the same.
  const { data } = readJson(document.text, z.object({ [list]: z.array(z.unknown()) }));
  const named = z.object({ [field]: z.literal(value) });
  const at = data?.[list]?.findIndex((entry) => named.safeParse(entry).success) ?? -1;
  return at < 0 ? { uri: document.uri, line: 1 } : lineAt(document, [list, at, field]);
}

const lineAt = ({ uri, text }: CitedDocument, path: readonly PropertyKey[]): CitedLine => ({
  uri,
  line: placeProblems(text, [{ path, message: '' }])[0]?.line ?? 1,
});
