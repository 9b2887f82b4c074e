export { medianDifference } from './median-difference.js';
export { passAtK } from './pass-at-k.js';
export { rateDifference, repetitionsNeeded, wilson } from './rates.js';
export { spreadOf } from './spread.js';
