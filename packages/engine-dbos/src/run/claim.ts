/** That this process executes a run. Every write of the execution is accepted only while the token is the owner's. */
export interface Claim {
  readonly id: string;
  readonly workflow: string;
  readonly queue: string | undefined;
  /** The owner's token in DBOS's own row of the run. */
  readonly token: string;
  readonly executor: string;
}
