/** Whom an execution tells that it parks. */
export interface ParkingHost {
  /** Nothing can happen before one of these signals arrives. */
  readonly parked: (waitingFor: readonly string[]) => void;
  /** Something can happen again. */
  readonly unparked: () => void;
}

/** What an operation waits for: a signal, a time, or whichever comes first. */
export interface Idleness {
  /** The name of the signal; undefined when it is only a time. */
  readonly signal?: string | undefined;
  readonly isTimed: boolean;
}

/** Knows when nothing can happen in an execution before a signal arrives: somebody waits for one, nothing is at work, and no time runs. */
export class Parking {
  readonly #host: ParkingHost;
  readonly #idle = new Set<Idleness>();
  #atWork = 0;
  #isParked = false;

  constructor(host: ParkingHost) {
    this.#host = host;
  }

  /** Does what an operation does; it counts as at work, except while it is {@link idle}. */
  async work<T>(operation: () => Promise<T>): Promise<T> {
    this.#atWork += 1;
    try {
      return await operation();
    } finally {
      this.#atWork -= 1;
      this.#noticeIfParked();
    }
  }

  /** Waits within an operation. */
  async idle<T>(idleness: Idleness, wait: () => Promise<T>): Promise<T> {
    this.#idle.add(idleness);
    this.#atWork -= 1;
    this.#noticeIfParked();
    try {
      return await wait();
    } finally {
      this.#atWork += 1;
      this.#idle.delete(idleness);
      if (this.#isParked) {
        this.#isParked = false;
        this.#host.unparked();
      }
    }
  }

  /** Not before the workflow had its turn: it may go on with something else at once. */
  #noticeIfParked(): void {
    setImmediate(() => {
      const idle = [...this.#idle];
      const signals = idle.flatMap(({ signal }) => signal ?? []);
      if (this.#isParked || this.#atWork > 0 || signals.length === 0 || idle.some(({ isTimed }) => isTimed)) return;
      this.#isParked = true;
      this.#host.parked(signals);
    });
  }
}
