/** How many there are, as words: `1 file`, `2 files`. A plural that takes more than an "s" is given. */
export const counted = (count: number, one: string, many = `${one}s`): string => `${count} ${count === 1 ? one : many}`;
