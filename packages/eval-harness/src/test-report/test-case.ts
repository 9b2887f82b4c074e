export type Outcome = 'passed' | 'failed' | 'skipped';

/** One test as a reporter names it; several may have the same name. */
export interface TestCase {
  readonly name: string;
  readonly outcome: Outcome;
}

/** What became of each test, by its id. */
export type Outcomes = ReadonlyMap<string, Outcome>;

/** Makes ids of names: a name that comes again gets the number of its occurrence. */
export function outcomesById(cases: readonly TestCase[], prefix = ''): Map<string, Outcome> {
  const seen = new Map<string, number>();
  const outcomes = new Map<string, Outcome>();
  for (const { name, outcome } of cases) {
    let times = seen.get(name) ?? 0;
    let id: string;
    // Another test may have what would be the id for its name.
    do {
      times += 1;
      id = `${prefix}${name}${times === 1 ? '' : ` #${times}`}`;
    } while (outcomes.has(id));
    seen.set(name, times);
    outcomes.set(id, outcome);
  }
  return outcomes;
}
