import { z } from 'zod';
import { judgeDocument, problemLine } from '../document/index.js';
import { AssetOptionsError } from './errors.js';
import type { AssetOffer } from './asset-offer.js';

/** Whether a schema of options is one that can be checked here. */
export function isReadableSchema(schema: AssetOffer['optionsSchema']): boolean {
  try {
    z.fromJSONSchema(schema);
    return true;
  } catch {
    return false;
  }
}

/** Throws {@link AssetOptionsError} for options that the schema of an offer does not allow. */
export function checkOptions({ id, optionsSchema }: AssetOffer, options: unknown): void {
  const { problems } = judgeDocument(z.fromJSONSchema(optionsSchema), options);
  if (problems) throw new AssetOptionsError(id, problems.map(problemLine).join('; '));
}
