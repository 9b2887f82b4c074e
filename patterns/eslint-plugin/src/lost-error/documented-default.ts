import type { SourceCode } from 'eslint';
import { explanationOf } from '../syntax/explanation.js';
import type { Node } from '../syntax/node.js';

/** A comment that says what becomes of a failure, or that there may be nothing. */
const anyReason =
  /\b(?:undefined|null|empty|none|nothing|nobody|no (?:such|longer|\w+ (?:is|means))|false|missing|absent|gone|(?:is|was|be|are) not|not (?:be|exist|there|found)|n't|cannot|could not|unreadable|unknown|optional|if (?:there is|any)|fails?|failed|failure|errors?|throws?|invalid|ignored?|best[- ]effort|whoever|no matter)\b/iu;

/** What a contract says of failures: "undefined when it cannot be read", not "undefined where there is none". */
const promised = new RegExp(
  [
    String.raw`\b(?:undefined|null|nothing|none|empty|false)\b[^.;]*\b(?:cannot|can't|could not|couldn't|unable|fails?|failed|unreadable|malformed|corrupt\w*|gone|ended|(?:none|one) that can be)\b`,
    String.raw`\b(?:cannot|can't|could not|couldn't|unreadable)\b[^.;]*\b(?:counts? as|means?|gives?|is|are) (?:undefined|null|nothing|none|empty)\b`,
    String.raw`\bif (?:there is|it is|any)\b[^.;]*\bthat can be\b`,
  ].join('|'),
  'iu',
);

/** What a comment beside the default says: what cannot be done, what has gone, or who tells of it instead. */
const named =
  /\b(?:cannot|can't|can not|could not|couldn't|unable to|unreadable|no longer|that can be)\b|\b(?:if|when|where) (?:\w+ ){1,4}fails?\b|\bfailure (?:here )?(?:just |only )?means\b|\b(?:is|are|has|have) (?:\w+ )?(?:gone|ended|exited|vanished|died)\b|\b(?:say|says|tell|tells|told|reports|reported)\b.{0,20}\b(?:why|wrong|elsewhere|later|instead|in its place)\b/iu;

/**
 * Whether comments allow the default. A comment that only says that there may be nothing counts when any does: the error
 * may be another one than that.
 */
export function isDocumented(node: Node, isAnyEnough: boolean, sourceCode: SourceCode): boolean {
  const { here, all, contract } = explanationOf(node, sourceCode);
  return isAnyEnough ? anyReason.test(all) : named.test(here) || promised.test(contract);
}
