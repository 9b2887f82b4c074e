/** Compiles a pattern that an option gives; the schema (`format: 'regex'`) has refused what is none. */
export function pattern(source: string, flags = 'u'): RegExp {
  return new RegExp(source, flags);
}

/** Whether a text passes one of several patterns; no pattern passes nothing. */
export function anyPattern(sources: readonly string[], flags = 'u'): { test(text: string): boolean } {
  const patterns = sources.map((source) => pattern(source, flags));
  return { test: (text) => patterns.some((each) => each.test(text)) };
}
