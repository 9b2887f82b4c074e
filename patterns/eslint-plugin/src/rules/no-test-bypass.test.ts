import { testRule } from '../../test/rule-suite.js';
import rule from './no-test-bypass.js';

testRule('no-test-bypass', rule, {
  valid: [
    "if (process.env.NODE_ENV === 'production') minify();",
    "if (process.env.NODE_ENV !== 'production') warn();",
    // Preparing a child's environment asks nothing.
    "process.env.NODE_ENV = 'test';",
    "process.env.VITEST = 'true'; delete process.env.VITEST;",
    "spawn('node', [], { env: { NODE_ENV: 'test', VITEST: 'true' } });",
    "const modes = z.enum(['development', 'test', 'production']);",
    "if (config.mode === 'test') run();",
    "if (settings.MODE === 'test') run();",
    "if (command === 'test') runTests();",
    'if (import.meta.vitest) { import.meta.vitest.it("adds", check); }',
    "if (typeof window === 'undefined') serve();",
    "const jest = load(); if (typeof jest === 'object') use(jest);",
    { code: "if (process.env.NODE_ENV === 'test') mock();", filename: 'test/setup.js' },
    { code: "module.exports = { presets: process.env.NODE_ENV === 'test' ? a : b };", filename: 'babel.config.js' },
    { code: "if (process.env.NODE_ENV === 'test') mock();", options: [{ environment: false }] },
    // Constants without an excuse, and excuses without a constant.
    'function isEnabled() { return true; }',
    'function name() { return "codex"; }',
    'function total(items) { /* TODO: taxes */ return items.length; }',
    '// TODO: make this configurable\nfunction limit() { return 10; }',
    'function find(items) {\n  for (const item of items) if (item.ok) return item;\n  // TODO: say which was wanted\n  return undefined;\n}',
    // Left to subclasses.
    "class BaseStore { load() { throw new Error('not implemented'); } }",
    "class Store { load() { throw new Error('not implemented'); } } class FileStore extends Store {}",
    "class Store { load() { throw new Error('not implemented'); } save() { throw new Error('not implemented'); } }",
    "Store.prototype.load = function () { throw new Error('not implemented'); };",
    "function load() { throw new Error('load is not implemented on Windows'); }",
    "function load(kind) { if (kind === 'file') return read(); throw new Error('not implemented'); }",
    { code: "function load() { throw new Error('not implemented'); }", options: [{ stubs: false }] },
    { code: "abstract class Store { load(): string { throw new Error('not implemented'); } }", ts: true },
  ],
  invalid: [
    {
      code: "if (process.env.NODE_ENV === 'test') return fake;".replace('return fake', 'fake()'),
      errors: [{ messageId: 'environment', data: { what: 'process.env.NODE_ENV' } }],
    },
    { code: "const delay = process.env.NODE_ENV !== 'test' ? 1000 : 0;", errors: [{ messageId: 'environment' }] },
    {
      code: "const { NODE_ENV } = process.env; if (NODE_ENV === 'test') skip();",
      errors: [{ messageId: 'environment' }],
    },
    { code: "switch (process.env.NODE_ENV) { case 'test': skip(); }", errors: [{ messageId: 'environment' }] },
    { code: 'const quick = Boolean(process.env.VITEST);', errors: [{ messageId: 'environment' }] },
    {
      code: 'const env = process.env; if (env.JEST_WORKER_ID !== undefined) skip();',
      errors: [{ messageId: 'environment' }],
    },
    { code: "if (import.meta.env.MODE === 'test') skip();", errors: [{ messageId: 'environment' }] },
    {
      code: "if (typeof jest !== 'undefined') skip();",
      errors: [{ messageId: 'environment', data: { what: 'typeof jest' } }],
    },
    {
      code: 'if (process.env.OUR_TESTS) skip();',
      options: [{ variables: ['OUR_TESTS'] }],
      errors: [{ messageId: 'environment' }],
    },
    {
      code: 'function validate(input) {\n  return true; // TODO\n}',
      errors: [{ messageId: 'stub', data: { value: 'true', comment: 'TODO' } }],
    },
    {
      code: 'const total = (items) => {\n  // Placeholder until prices are there\n  return 0;\n};',
      errors: [{ messageId: 'stub' }],
    },
    {
      code: 'async function send(mail) {\n  check(mail);\n  // For testing, pretend that it was sent\n  return { success: true };\n}',
      errors: [{ messageId: 'stub', data: { value: 'a success', comment: 'For testing, pretend that it was sent' } }],
    },
    {
      code: "function load() { throw new Error('Not implemented'); }",
      errors: [{ messageId: 'notImplemented', data: { message: 'Not implemented' } }],
    },
    {
      code: "class Store { load() { throw new Error('TODO: implement'); } }",
      errors: [{ messageId: 'notImplemented' }],
    },
    { code: 'class Store { load() { throw new NotImplementedError(); } }', errors: [{ messageId: 'notImplemented' }] },
    {
      code: "const mode = process.env['NODE_ENV']! === 'test';".replace('!', ''),
      errors: [{ messageId: 'environment' }],
    },
    {
      code: 'function validate(input: string): boolean {\n  // FIXME\n  return true;\n}',
      ts: true,
      errors: [{ messageId: 'stub' }],
    },
  ],
});
