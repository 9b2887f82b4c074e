import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { JsonFault, jsonText } from './json-text.js';
import { problemsOf, readJson } from './read-json.js';

const schema = z.strictObject({
  $schema: z.string().optional(),
  name: z.string().min(1),
  mode: z.enum(['fast', 'slow']).optional(),
  limits: z.strictObject({ minutes: z.number().int().positive().max(60).optional() }).optional(),
  commands: z.array(z.array(z.string().min(1)).min(1)).optional(),
  targets: z.union([z.enum(['all', 'quick']), z.array(z.string())]).optional(),
  source: z
    .discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('npm'), version: z.string() }),
      z.strictObject({ kind: z.literal('git'), commit: z.string() }),
    ])
    .optional(),
  when: z.iso.datetime().optional(),
  path: z.string().regex(/^\//, 'must be an absolute path').optional(),
});

const told = (text: string): string => {
  const { problems } = readJson(text, schema);
  return problems ? problemsOf('f.json', problems) : 'fine';
};

describe('readJson', () => {
  it.each([
    ['{}', 'f.json:1:1: "name": is missing'],
    ['[]', 'f.json:1:1: must be an object, in braces, but is a list'],
    ['{\n  "name": 3\n}', 'f.json:2:11: "name": must be text, but is a number'],
    ['{"name": ""}', 'f.json:1:10: "name": must not be empty'],
    ['{"name":"a","mode":"fst"}', 'f.json:1:20: "mode": must be "fast" or "slow"; did you mean "fast"?'],
    [
      '{"name":"a",\n"limits":{"minute":1}}',
      'f.json:2:11: "limits": there is no field "minute". Did you mean "minutes"?',
    ],
    [
      '{"name":"a","zzzzz":1}',
      'f.json:1:13: there is no field "zzzzz". There are: name, mode, limits, commands, targets, source, when, path',
    ],
    ['{"name":"a","limits":{"minutes":0}}', 'f.json:1:33: "limits.minutes": must be more than 0'],
    ['{"name":"a","limits":{"minutes":61}}', 'f.json:1:33: "limits.minutes": must be at most 60'],
    [
      '{"name":"a","limits":{"minutes":1.5}}',
      'f.json:1:33: "limits.minutes": must be a whole number, but is a number with a fraction',
    ],
    ['{"name":"a","limits":null}', 'f.json:1:22: "limits": must be an object, in braces, but is null'],
    ['{"name":"a","commands":["npm test"]}', 'f.json:1:25: "commands[0]": must be a list, but is text'],
    ['{"name":"a","commands":[["x"],[]]}', 'f.json:1:31: "commands[1]": must not be empty'],
    ['{"name":"a","targets":"some"}', 'f.json:1:23: "targets": must be "all", "quick" or a list'],
    ['{"name":"a","targets":["x",4]}', 'f.json:1:28: "targets[1]": must be text, but is a number'],
    ['{"name":"a","source":{"kind":"svn"}}', 'f.json:1:30: "source.kind": must be "npm" or "git"'],
    [
      '{"name":"a","source":{"kind":"npm","commit":"x"}}',
      'f.json:1:22: "source.version": is missing\nf.json:1:36: "source": there is no field "commit". There are: kind, version',
    ],
    ['{"name":"a","when":"today"}', 'f.json:1:20: "when": must be a time such as 2026-01-31T09:00:00Z'],
    ['{"name":"a","path":"x"}', 'f.json:1:20: "path": must be an absolute path'],
    ['\uFEFF{"name": 3}', 'f.json:1:10: "name": must be text, but is a number'],
  ])('says of %j what is wrong and where', (text, expected) => {
    expect(told(text)).toBe(expected);
  });

  it.each([
    ['', '1:1: it is no JSON: the file is empty'],
    ['{\n  "name": "a",\n}', '3:1: it is no JSON: there is a comma before this "}", and nothing after it'],
    ['[1,]', '1:4: it is no JSON: there is a comma before this "]", and nothing after it'],
    ['{"name": "a"\n "mode": "fast"}', '2:2: it is no JSON: a comma is missing before this'],
    ['{"name": "a"', '1:13: it is no JSON: the "{" of line 1 is not closed'],
    ['{\n// why\n"name": "a"}', '2:1: it is no JSON: JSON has no comments'],
    ["{'name': 1}", '1:2: it is no JSON: text and names stand in double quotes'],
    ['{name: 1}', '1:2: it is no JSON: a name or a text stands in double quotes'],
    ['{"name": "a\n"}', '1:10: it is no JSON: the text in quotes that begins here is not closed'],
    [
      String.raw`{"name": "C:\dir"}`,
      String.raw`1:13: it is no JSON: this "\" begins no escape that JSON knows; a "\" itself is written "\\"`,
    ],
    ['{"name" "a"}', '1:9: it is no JSON: a ":" is missing after "name"'],
    ['{"name":}', '1:9: it is no JSON: "}" cannot stand here'],
    ['{} {}', '1:4: it is no JSON: there is more after the end of the JSON'],
    ['name: a', '1:1: it is no JSON: a name or a text stands in double quotes'],
  ])('says of %j why it is no JSON', (text, expected) => {
    expect(told(text)).toBe(`f.json:${expected}`);
  });

  it('takes exactly the texts that JSON.parse takes', () => {
    const cut = fc
      .tuple(fc.json(), fc.nat(), fc.nat({ max: 3 }), fc.constantFrom('', ',', '"', '}', ']', '0', '\\', 'e', '\n'))
      .map(([text, at, length, put]) => {
        const from = at % (text.length + 1);
        return text.slice(0, from) + put + text.slice(from + length);
      });
    fc.assert(
      fc.property(fc.oneof(cut, fc.json(), fc.string()), (text) => {
        let isJson = true;
        try {
          JSON.parse(text);
        } catch {
          isJson = false;
        }
        expect(!(jsonText(text) instanceof JsonFault)).toBe(isJson);
      }),
    );
  });

  it('judges what is nested more deeply than the stack', () => {
    const deep = '['.repeat(200_000) + ']'.repeat(200_000);
    expect(told(deep)).toContain('f.json:1:1: must be an object');
  });
});
