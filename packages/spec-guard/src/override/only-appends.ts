/** Whether the later text only adds lines to the earlier one. */
export const onlyAppends = (earlier: string, later: string): boolean =>
  later.startsWith(earlier) &&
  (earlier === '' || earlier.endsWith('\n') || later.length === earlier.length || later[earlier.length] === '\n');
