import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseModelRequest } from '../request/model-request.js';
import { looseKey, strictKey } from './keys.js';
import { normalize } from './normalize.js';
import { hideCwd, scrub, showCwd } from './scrub.js';

/** All that may differ between two runs that do the same. */
interface Run {
  readonly cwd: string;
  readonly id: string;
  readonly callIds: readonly [string, string];
  readonly date: Date;
  readonly seconds: number;
  readonly chunk: string;
}

const segment = fc.stringMatching(/^[A-Za-z][A-Za-z0-9_-]{2,12}$/);
const run: fc.Arbitrary<Run> = fc.record({
  cwd: fc.array(segment, { minLength: 2, maxLength: 5 }).map((parts) => `/${parts.join('/')}`),
  id: fc.uuid(),
  callIds: fc
    .uniqueArray(fc.uuid(), { minLength: 2, maxLength: 2 })
    .map(([a, b]) => [`call_${a ?? ''}`, `call_${b ?? ''}`] as const),
  date: fc.date({ min: new Date('2020-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
  seconds: fc.double({ min: 0, max: 5000, noNaN: true }).map((value) => Number(value.toFixed(4))),
  chunk: fc.stringMatching(/^[0-9a-f]{6}$/),
});

const said = (role: string, text: string) => ({
  type: 'message',
  role,
  id: `msg_${text.length}`,
  content: [{ type: 'input_text', text }],
});

const codexRequest = ({ cwd, id, callIds, date, seconds, chunk }: Run, { exit = 0, output = 'hi' } = {}) =>
  normalize(
    parseModelRequest({
      model: 'gpt-5.5',
      instructions: `Codex, built ${date.toISOString()}`,
      prompt_cache_key: id,
      client_metadata: { 'x-codex-installation-id': id },
      tools: [{ type: 'function', name: `tool_${chunk}` }],
      input: [
        said('developer', `skills are in ${cwd}/skills`),
        said(
          'user',
          `<environment_context><cwd>${cwd}</cwd><current_date>${date.toISOString().slice(0, 10)}</current_date></environment_context>`,
        ),
        said('user', `Mend ${cwd}/src/a.ts`),
        { type: 'reasoning', id, encrypted_content: id },
        {
          type: 'function_call',
          id: `fc_${id}`,
          call_id: callIds[0],
          name: 'exec_command',
          arguments: JSON.stringify({ cmd: `cat ${cwd}/src/a.ts` }),
        },
        { type: 'custom_tool_call', id, call_id: callIds[1], name: 'apply_patch', input: `*** Add File: ${cwd}/b` },
        {
          type: 'custom_tool_call_output',
          call_id: callIds[1],
          output: `Exit code: 0\nWall time: ${seconds} seconds\nOutput:\nA ${cwd}/b`,
        },
        {
          type: 'function_call_output',
          call_id: callIds[0],
          output: `Chunk ID: ${chunk}\nWall time: ${seconds} seconds\nProcess exited with code ${exit}\nOriginal token count: ${Math.floor(seconds)}\nOutput:\n${output} at ${date.toISOString()} in ${cwd}`,
        },
      ],
    }),
  );

describe('the strict fingerprint', () => {
  test('is the same for two runs that differ in ids, times and folders', () => {
    fc.assert(
      fc.property(run, run, (a, b) => {
        expect(codexRequest(a)).toEqual(codexRequest(b));
        expect(strictKey(codexRequest(a))).toBe(strictKey(codexRequest(b)));
      }),
    );
  });

  test('differs when a tool printed something else, and the loose one only when it ended otherwise', () => {
    fc.assert(
      fc.property(run, run, (a, b) => {
        const [one, printed, failed] = [
          codexRequest(a),
          codexRequest(b, { output: 'quite another thing' }),
          codexRequest(b, { exit: 1 }),
        ];
        expect(strictKey(one)).not.toBe(strictKey(printed));
        expect(looseKey(one)).toBe(looseKey(printed));
        expect(looseKey(one)).not.toBe(looseKey(failed));
      }),
    );
  });

  test('tells apart the agents of the Agents SDK, which differ in their instructions and tools only', () => {
    const request = (instructions: string, tool: string) =>
      strictKey(normalize(parseModelRequest({ instructions, input: 'go', tools: [{ type: 'function', name: tool }] })));

    expect(
      new Set([request('Plan.', 'a'), request('Review.', 'a'), request('Plan.', 'b'), request('Plan.', 'a')]).size,
    ).toBe(3);
  });

  test('keeps the order of what happened', () => {
    const request = (...texts: string[]) =>
      strictKey(normalize(parseModelRequest({ input: texts.map((text) => said('user', text)) })));
    expect(request('a', 'b')).not.toBe(request('b', 'a'));
  });
});

describe('the working folder', () => {
  test('comes back wherever it was hidden', () => {
    fc.assert(
      fc.property(run, run, fc.array(fc.constantFrom('x', ' ', '/', '"', '\n', 'cwd', 'a.ts')), (a, b, parts) => {
        const at = (cwd: string) => parts.map((part) => (part === 'cwd' ? ` ${cwd} ` : part)).join('');
        expect(showCwd(hideCwd(at(a.cwd), a.cwd), b.cwd)).toBe(at(b.cwd));
      }),
    );
  });

  test('is not seen in a sibling, and "/" is never hidden', () => {
    expect(hideCwd('/house/a /house2 /house.old /houseshop see /house.', '/house')).toBe(
      '⟦cwd⟧/a /house2 /house.old /houseshop see ⟦cwd⟧.',
    );
    expect(hideCwd('/a/b', '/')).toBe('/a/b');
  });
});

test.each([
  ['deadbeef is no hash, de4dbeef is', 'deadbeef is no hash, <hash> is'],
  ['tests: 12 passed in 1.5s, 300ms', 'tests: 12 passed in <duration>, <duration>'],
  ['run 01JD0QZ7K3M5N7P9R1T3V5X7Z9 on 127.0.0.1:8080', 'run <ulid> on 127.0.0.1:<port>'],
  ['see /tmp/x-123/a.ts:5', 'see <tmp>/a.ts:5'],
  ['line 17 of 200', 'line 17 of 200'],
  ['2026-11-22T10:00:00.123Z 2026-11-22 10:00:00', '<time> <time>'],
])('%s is scrubbed to what stays', (from, to) => {
  expect(scrub(from, undefined)).toBe(to);
});
