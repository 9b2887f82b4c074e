/** A syntax tree reduced to what it says, equal for all parsers: no ranges of tokens, no parentheses, no comments. */
export interface Term {
  readonly type: string;
  /** What a leaf says, or the flags of a node, e.g. its operator. */
  readonly value: string;
  readonly fields: Readonly<Record<string, Term | readonly Term[]>>;
  /** Offsets in `source`, in UTF-16 code units; -1 for a node that one parser has and the other has not. */
  readonly start: number;
  readonly end: number;
  readonly source: string;
  /** Equal for terms of one canonicaliser that say the same. */
  readonly key: number;
  /** Nodes in it, itself counted. */
  readonly size: number;
  parent: Term | undefined;
  /** The field of the parent that it is in. */
  slot: string;
}

/** Where a name that a pattern says must be declared: on top of the file or nowhere, inside a function or block, or anywhere. */
export type NameScope = 'module' | 'local' | 'any';

/** Part of a pattern: a node as it must be, one of any kind that fits (`hole`), or any number of list elements (`rest`). */
export type Pattern = ConcretePattern | HolePattern | RestPattern;

export interface ConcretePattern {
  readonly type: string;
  readonly value?: string;
  readonly fields?: Readonly<Record<string, Pattern | readonly Pattern[]>>;
  readonly scope?: NameScope;
  /** Given to the nodes that an operation names. */
  id?: number;
}

export interface HolePattern {
  readonly hole: number;
  /** `Expression`, `Statement`, `Any`, the name of a node type, or `Literal:` and the kind of its value. */
  readonly accepts: string;
  id?: number;
}

export interface RestPattern {
  readonly rest: number;
}

/** Text to write: as it is, or that of what a hole took. */
export type TemplatePart =
  | string
  | { readonly hole: number; readonly tight: boolean }
  | { readonly rest: number; readonly before: string; readonly after: string };

/** One step from the pattern before to the pattern after, on the node that the pattern's `id` took. */
export type Operation =
  | {
      readonly do: 'replace';
      readonly at: number;
      readonly with: readonly TemplatePart[];
      /** Of the node that is written; null where it is what a hole took. */
      readonly type: string | null;
    }
  | { readonly do: 'token'; readonly at: number; readonly from: string; readonly to: string }
  | {
      readonly do: 'insert';
      /** The node whose list gets it. */
      readonly at: number;
      readonly list: string;
      /** The pattern's `id` of the element that it comes behind or before; none for the empty list. */
      readonly next: { readonly to: number | { readonly rest: number }; readonly side: 'before' | 'after' } | null;
      readonly with: readonly TemplatePart[];
      /** Keys that the list must not have yet. */
      readonly keys: readonly string[];
    }
  | { readonly do: 'delete'; readonly at: number };

/** A name that what is written refers to, and that must be declared on top of the file. */
export interface NeededName {
  readonly name: string;
  /** The statement that declares it, put behind the other imports where it is missing; without it the place is declined. */
  readonly declaration: string | null;
}

/** What a generated transform does: all that it needs to know, as JSON. */
export interface Recipe {
  readonly before: Pattern;
  readonly after: Pattern | null;
  readonly operations: readonly Operation[];
  /** Names that what is written refers to; each must not be declared otherwise around the place. */
  readonly names: readonly string[];
  /** Holes and rests that are written twice or not at all, so that what they took must do nothing when it is evaluated. */
  readonly plain: readonly number[];
  /** What a hole or rest must not have taken, because it is written into a function. */
  readonly forbids: readonly { readonly hole: number; readonly types: readonly string[] }[];
  readonly needs: readonly NeededName[];
}

export interface Declined {
  readonly start: number;
  readonly reason: string;
}

export interface Applied {
  readonly output: string;
  readonly changes: number;
  readonly declined: readonly Declined[];
  readonly matches: readonly { readonly start: number; readonly end: number }[];
}
