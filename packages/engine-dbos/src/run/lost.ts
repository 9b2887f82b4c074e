import { LeaseLostError } from '../errors.js';
import type { Claim } from './claim.js';

/** What an execution learns when its write was refused. */
export const lostTo = ({ id, executor }: Pick<Claim, 'id' | 'executor'>): LeaseLostError =>
  new LeaseLostError(executor, `the run "${id}" belongs to another worker`);
