/** How many lines at the start of a governed file may hold a suppression. */
export const SUPPRESSION_LINES = 5;

const inSpec = /^[ \t]*<!--[ \t]*spec-guard-disable\b(?:(?!-->).)*-->[ \t]*$/;

/** Whether a line of a spec is nothing but a suppression: then it is no part of what was approved. */
export const isSuppressionLine = (line: string): boolean => inSpec.test(line);
