import type { ActiveTurn } from '../turn/index.js';

/** A turn that ran before this client joined its thread; its approval requests wait until somebody takes it over. */
export interface LeftOverTurn {
  readonly turnId: string | undefined;
  readonly taken: Promise<ActiveTurn | undefined>;
  take(turn: ActiveTurn | undefined): void;
}

export function leftOverTurn(turnId: string | undefined): LeftOverTurn {
  let take!: LeftOverTurn['take'];
  const taken = new Promise<ActiveTurn | undefined>((resolve) => {
    take = resolve;
  });
  return { turnId, taken, take };
}
