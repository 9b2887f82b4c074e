import { expect, it } from 'vitest';
import { assetLine, targetLine } from './cited.js';

const index = { uri: 'patterns/index.json', text: '{\n"assets": [\n{ "id": "one" },\n{ "id": "two" }\n]\n}' };

it('finds entries behind a byte order mark, as it does without', () => {
  const marked = { ...index, text: `\uFEFF${index.text}` };
  expect([index, marked].map((each) => assetLine({ index: each }, 'two').line)).toEqual([4, 4]);
});

it.each(['', '{ "targets": [\n{ "name": "one" },', '{ "targets": {} }', '[]', 'null', '{ "targets": [null, 1] }'])(
  'tells the first line of a file that says %j',
  (text) => {
    const targets = { uri: 'evaluation/targets.json', text };
    expect(targetLine({ targets }, 'one')).toEqual({ uri: targets.uri, line: 1 });
  },
);
