import fc from 'fast-check';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { extractJson, parseAnswer } from './parse-answer.js';

test('JSON comes back the same, bare or in one code fence', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.constantFrom(0, 2), fc.constantFrom('```json', '```'), (value, indent, fence) => {
      const json = JSON.stringify(value, null, indent);
      const expected = { ok: true, value: JSON.parse(json) as unknown };
      expect(extractJson(`\n${json}\n`)).toEqual(expected);
      expect(extractJson(`Here it is:\n${fence}\n${json}\n\`\`\`\nThat is all.`)).toEqual(expected);
    }),
  );
});

test.each([
  ['prose around bare JSON', 'My answer is {"a":1}, I think.', 'not JSON'],
  ['two code blocks', '```json\n{"a":1}\n```\nor\n```json\n{"a":2}\n```', 'more than one code block'],
  ['half an object', '{"a":', 'not JSON'],
  ['nothing', '', 'not JSON'],
])('%s is no answer', (_, text, problem) => {
  expect(extractJson(text)).toEqual({ ok: false, problem: expect.stringContaining(problem) as string });
});

test('an answer against its schema says which field is wrong', () => {
  const schema = z.strictObject({ line: z.number() });

  expect(parseAnswer(schema, '{"line":"7"}')).toEqual({
    ok: false,
    problem: '"line": must be a number, but is text',
  });
});
