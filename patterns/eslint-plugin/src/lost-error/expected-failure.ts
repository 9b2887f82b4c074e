import type { SourceCode } from 'eslint';
import type { DefaultKind } from '../syntax/default-value.js';
import { keyName, lastName } from '../syntax/name.js';
import { parentOf, type FunctionNode, type Node, type NodeOf } from '../syntax/node.js';
import { unwrapAwait } from '../syntax/unwrap.js';
import { walk } from '../syntax/walk.js';
import type { FoundDefault } from './found-default.js';
import { isKernelFile } from './kernel-file.js';

/** Questions that are answered by trying: the error is the answer. */
const parsing =
  /^(?:parse\w*|decode\w*|compile|resolve|URL|RegExp|BigInt|atob|Intl|DateTimeFormat|NumberFormat|createRequire|fileURLToPath|require|\w+(?:Parser|Decoder|Lexer|Scanner|Tokenizer)|(?:Bit|Buffer|Byte|String|Text|Token|Wire)Reader)$/u;
const outside =
  /^(?:fetch|exec\w*|spawn\w*|fork|read(?!Int|UInt|BigInt|Double|Float)\w*|write\w*|open\w*|request|query|send|connect|import|load\w*|stat\w*|lstat\w*)$/u;

/** A parse that may fail, and a value that no parse gives: "not parsable" is all that the error says. */
export function isExpectedFailure(
  block: NodeOf<'BlockStatement'>,
  kind: DefaultKind,
  probes: RegExp,
  sourceCode: SourceCode,
): boolean {
  if (loadsModule(block) || readsKernelFiles(block, sourceCode)) return true;
  if (kind !== 'nothing' && kind !== 'false') return false;
  const isParsedOrProbed = { value: false };
  const doesMore = walk(block, sourceCode, (at) => {
    if (at.type !== 'CallExpression' && at.type !== 'NewExpression') {
      return at.type === 'AwaitExpression' && !isProbe(at, probes) ? 'stop' : undefined;
    }
    const name = lastName(at.callee) ?? '';
    if (outside.test(name) && !probes.test(name)) return 'stop';
    isParsedOrProbed.value ||= parsing.test(name) || probes.test(name);
    return undefined;
  });
  return isParsedOrProbed.value && !doesMore;
}

/** `stat(file)` asks whether the file is there; so does `Promise.all([stat(a), stat(b)])`. */
export function isProbe(node: Node, probes: RegExp): boolean {
  const call = unwrapAwait(node);
  if (call.type !== 'CallExpression') return false;
  if (probes.test(lastName(call.callee) ?? '')) return true;
  const [all] = call.arguments;
  return (
    call.callee.type === 'MemberExpression' &&
    keyName(call.callee) === 'all' &&
    all?.type === 'ArrayExpression' &&
    all.elements.length > 0 &&
    all.elements.every((element) => element !== null && isProbe(element, probes))
  );
}

/** Files that the kernel makes up fail to be read when what they tell of is gone, or is not told on this system. */
export function readsKernelFiles(attempt: Node, sourceCode: SourceCode): boolean {
  const isRead = { value: false };
  const doesMore = walk(attempt, sourceCode, (at) => {
    if (at.type === 'AwaitExpression') return unwrapAwait(at).type === 'CallExpression' ? undefined : 'stop';
    if (at.type !== 'CallExpression') return undefined;
    const isOutside = outside.test(lastName(at.callee) ?? '') || parentOf(at)?.type === 'AwaitExpression';
    if (!isOutside) return undefined;
    const [file] = at.arguments;
    if (file === undefined || !isKernelFile(file, sourceCode)) return 'stop';
    isRead.value = true;
    return undefined;
  });
  return isRead.value && !doesMore;
}

/** To `flatMap`, an empty array is nothing. */
export function kindFor(found: FoundDefault, owner: FunctionNode | undefined): DefaultKind {
  const call = owner === undefined ? undefined : parentOf(owner);
  const isFlattened =
    call?.type === 'CallExpression' && call.arguments[0] === owner && lastName(call.callee) === 'flatMap';
  return isFlattened && found.text === '[]' ? 'nothing' : found.kind;
}

/** A dependency that is optional. */
function loadsModule(block: NodeOf<'BlockStatement'>): boolean {
  const [statement, ...others] = block.body;
  if (
    others.length > 0 ||
    statement?.type !== 'ExpressionStatement' ||
    statement.expression.type !== 'AssignmentExpression'
  )
    return false;
  const value = unwrapAwait(statement.expression.right);
  return value.type === 'ImportExpression' || (value.type === 'CallExpression' && lastName(value.callee) === 'require');
}
