import type { Position } from '../check/position.js';

/** A text of the front matter, and where it stands. */
export interface RawText extends Position {
  readonly value: string;
}

/** What a field of the front matter holds, before anybody asks whether it may. */
export type RawValue =
  | ({ readonly kind: 'text' } & RawText)
  | ({ readonly kind: 'list'; readonly items: readonly RawText[] } & Position)
  | ({ readonly kind: 'other'; readonly what: string } & Position);

export interface RawField {
  readonly name: string;
  readonly key: Position;
  readonly value: RawValue;
}
