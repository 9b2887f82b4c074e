/** A piece of code that is neither white space nor comment, and where it stands. */
export interface CodeToken {
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

const pieces = {
  comment: /\/\/[^\n]*|\/\*[\s\S]*?(?:\*\/|$)|<!--[^\n]*/y,
  space: /[\s\uFEFF]+/y,
  word: /[\p{ID_Continue}$#@\u200c\u200d]+/uy,
  string: /"(?:[^"\\\n]|\\[\s\S])*"?|'(?:[^'\\\n]|\\[\s\S])*'?/y,
  template: /`(?:[^`\\]|\\[\s\S])*`?/y,
  regex: /\/(?![*/])(?:[^\\/[\n]|\\[^\n]|\[(?:[^\]\\\n]|\\[^\n])*\])+\/[a-z]*/y,
  sign: /[\s\S]/uy,
} as const;

/** After these words an expression begins, so that a slash begins a regular expression. */
const beforeExpression = /^(?:return|typeof|case|in|of|do|else|void|delete|throw|new|instanceof|yield|await)$/;

/**
 * The tokens of JavaScript, TypeScript, or code like it, nearly as a compiler has them: near enough to tell on which lines two texts
 * differ in more than white space and comments. A text in backquotes is a token for each of its lines.
 */
export function codeTokens(source: string): readonly CodeToken[] {
  const tokens: CodeToken[] = [];
  let [offset, line] = [0, 1];
  const take = (kind: keyof typeof pieces): string | undefined => {
    const piece = pieces[kind];
    piece.lastIndex = offset;
    return piece.exec(source)?.[0];
  };
  const pass = (text: string): void => {
    offset += text.length;
    line += text.split('\n').length - 1;
  };
  while (offset < source.length) {
    const blank = take('space') ?? take('comment');
    if (blank !== undefined) {
      pass(blank);
      continue;
    }
    const text =
      take('word') ??
      take('string') ??
      take('template') ??
      (beginsExpression(tokens.at(-1)?.text) ? take('regex') : undefined) ??
      take('sign') ??
      '';
    for (const [index, part] of text.split('\n').entries()) tokens.push({ text: part, line: line + index });
    pass(text);
  }
  return tokens;
}

const beginsExpression = (before: string | undefined): boolean =>
  before === undefined || /^[^\p{ID_Continue}$#@"'`)\]}]/u.test(before) || beforeExpression.test(before);
