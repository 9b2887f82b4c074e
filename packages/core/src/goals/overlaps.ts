import picomatch from 'picomatch';

/** Two goals that expect to change the same. */
export interface PathOverlap {
  readonly goals: readonly [string, string];
  /** Tracked files that both expect to change, at most {@link shownPaths}; empty where only places that are yet to be made overlap. */
  readonly paths: readonly string[];
  readonly total: number;
  /** Globs of either that the other one's cover, where no tracked file shows it; empty where one does. */
  readonly patterns: readonly string[];
  /** Whether one of them waits for the other anyway, so that they do not work at the same time. */
  readonly isOrdered: boolean;
}

/** How many paths of an overlap are named. */
const shownPaths = 5;

interface Expectation {
  readonly id: string;
  readonly paths: readonly string[];
}

/**
 * Which goals expect to change the same files of a repository, or the same place where there is no file yet. `precedes` says whether
 * the one has to be done before the other.
 */
export function findOverlaps(
  goals: readonly Expectation[],
  tracked: readonly string[],
  precedes: (one: string, other: string) => boolean,
): PathOverlap[] {
  const expected = goals
    .filter(({ paths }) => paths.length > 0)
    .map(({ id, paths }) => {
      const matches = picomatch([...paths], { dot: true });
      return { id, paths, files: new Set(tracked.filter((file) => matches(file))), matches };
    });
  return expected.flatMap((one, index) =>
    expected.slice(index + 1).flatMap((other): PathOverlap[] => {
      const common = [...one.files].filter((file) => other.files.has(file));
      const patterns = common.length === 0 ? meeting(one, other) : [];
      if (common.length === 0 && patterns.length === 0) return [];
      const isOrdered = precedes(one.id, other.id) || precedes(other.id, one.id);
      const paths = common.slice(0, shownPaths);
      return [{ goals: [one.id, other.id], paths, total: common.length, patterns, isOrdered }];
    }),
  );
}

interface Matched {
  readonly paths: readonly string[];
  readonly matches: (path: string) => boolean;
}

/**
 * Globs that can name the same file although no tracked file shows it: the glob of one, taken as a path, is matched by the other.
 * That finds equal and nested places, which is what people write; two globs that cross in other ways are not found.
 */
function meeting(one: Matched, other: Matched): readonly string[] {
  const sample = (glob: string) => glob.replaceAll('**', 'x').replaceAll(/[*?]/g, 'x');
  const within = ({ paths }: Matched, { matches }: Matched) => paths.filter((glob) => matches(sample(glob)));
  return [...new Set([...within(one, other), ...within(other, one)])];
}
