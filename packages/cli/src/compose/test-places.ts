import { availableParallelism } from 'node:os';
import pLimit from 'p-limit';
import { inTurn } from './in-turn.js';

/**
 * How many lanes test at the same time: with more than the machine has processors none is done sooner, and all hold their memory
 * meanwhile. Never one alone, as tests also wait.
 */
const places = pLimit(Math.max(2, availableParallelism()));

/** Does work that keeps the machine busy as soon as a place is free, first come, first served; rejects when it is aborted before that. */
export const inTestPlace = <T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> => inTurn(places, signal, work);
