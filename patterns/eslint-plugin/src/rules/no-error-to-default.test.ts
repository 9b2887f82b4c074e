import { testRule } from '../../test/rule-suite.js';
import rule from './no-error-to-default.js';

const rethrown = (output: string) => [{ messageId: 'rethrow', output }];

testRule('no-error-to-default', rule, {
  valid: [
    // The error is used, told or passed on.
    'function load() { try { return read(); } catch (error) { log.warn(error); return null; } }',
    "function load() { try { return read(); } catch (error) { if (error.code === 'ENOENT') return null; throw error; } }",
    "function load() { try { return read(); } catch { console.error('cannot read'); return []; } }",
    'function load() { try { return read(); } catch (error) { return { ok: false, error }; } }',
    'function load() { try { return read(); } catch { this.failed = true; return null; } }',
    'function load() { try { return read(); } catch { process.exitCode = 1; return undefined; } }',
    'function load() { try { return read(); } catch { return fallback(); } }',
    'function load() { try { return read(); } catch { return 5; } }',
    'function load() { try { return read(); } catch { throw new Error("unreadable"); } }',
    // A question that is answered by trying.
    'function isValid(text) { try { new URL(text); return true; } catch { return false; } }',
    'function alive(pid) { try { process.kill(pid, 0); return true; } catch { return false; } }',
    'const isFile = (path) => { try { return statSync(path).isFile(); } catch { return false; } };',
    'function check(path) { try { probe(path); } catch { return false; } return true; }',
    'function absent(path) { try { probe(path); return false; } catch { return true; } }',
    'const exists = await access(file).then(() => true, () => false);',
    'const exists = await access(file).then(() => true).catch(() => false);',
    // Not parsable is all that the error says, and no parse gives undefined.
    'function parseUrl(text) { try { return new URL(text); } catch { return undefined; } }',
    'function json(text) { try { return JSON.parse(text.trim()); } catch { return null; } }',
    'let fsevents; try { fsevents = require("fsevents"); } catch { fsevents = {}; }',
    'async function optional() { let pty; try { pty = await import("node-pty"); } catch { pty = {}; } return pty; }',
    // Whether something is there.
    'const entry = await lstat(file).catch(() => undefined);',
    'async function entryOf(file) { try { return await stat(file); } catch { return undefined; } }',
    'function show(cache) { try { return readdirSync(cache); } catch { output.standard("there is no cache"); return []; } }',
    // The name promises it.
    'function readOrNull(path) { try { return readFileSync(path); } catch { return null; } }',
    'async function tryRead(path) { return readFile(path).catch(() => undefined); }',
    // So does the documentation.
    '/** The text of a file; undefined when it cannot be read. */\nfunction text(path) { try { return readFileSync(path); } catch { return undefined; } }',
    'function text(path) {\n  try { return readFileSync(path); } catch {\n    // The process is gone.\n    return "";\n  }\n}',
    // Nobody takes the value.
    'async function stop() { await rm(folder).catch(() => undefined); }',
    'void send(message).catch(() => {});',
    'function stop() { try { close(); } catch { return; } }',
    'const stop = () => rm(folder).catch(() => {});',
    // The same promise is delivered, error and all.
    'function enqueue(work) { const done = queue.then(work); queue = done.catch(() => undefined); return done; }',
    'promise.then((value) => value, (error) => ({ failed: error }));',
    // Callbacks that pass the error on, or do not have one.
    'read(path, (err, text) => { if (err) return callback(err); callback(null, text); });',
    'read(path, (err, text) => { if (err) { callback(wrap(err), []); return; } callback(null, text); });',
    'function judge(err) { if (err) return callback(null, describe(err)); }',
    'function show(value) { const err = value.err; if (err) return callback(null, []); }',
    {
      code: 'function load() { try { return read(); } catch { rollback(); return null; } }',
      options: [{ handlers: '^rollback$' }],
    },
    {
      code: 'function lookup() { try { return read(); } catch { return null; } }',
      options: [{ allowFunctions: '^lookup$' }],
    },
    {
      code: 'const load = (): string | undefined => { try { return read(); } catch (error: unknown) { report(error); return undefined; } };',
      ts: true,
    },
  ],
  invalid: [
    {
      code: 'function load() { try { return read(); } catch { return null; } }',
      errors: [
        {
          messageId: 'catch',
          data: { value: 'null' },
          suggestions: rethrown('function load() { try { return read(); } catch (error) { throw error; } }'),
        },
      ],
    },
    {
      code: 'async function load() { try { return await read(); } catch (e) { return []; } }',
      errors: [
        {
          messageId: 'catch',
          suggestions: rethrown('async function load() { try { return await read(); } catch (e) { throw e; } }'),
        },
      ],
    },
    {
      code: 'async function save(data) { try { await write(data); return { ok: true }; } catch { return { success: true }; } }',
      errors: [{ messageId: 'catch', data: { value: 'a success' }, suggestions: 1 }],
    },
    {
      code: 'function list() { try { return query(); } catch { return { items: [], total: 0 }; } }',
      errors: [{ messageId: 'catch', data: { value: 'an empty result' }, suggestions: 1 }],
    },
    {
      code: 'function save() { try { write(); return true; } catch { return true; } }',
      errors: [{ messageId: 'catch', data: { value: 'true' }, suggestions: 1 }],
    },
    // An empty configuration is not what a broken file says.
    {
      code: 'function config(text) { try { return JSON.parse(text); } catch { return {}; } }',
      errors: [{ messageId: 'catch', suggestions: 1 }],
    },
    {
      code: 'function config(file) { try { return JSON.parse(readFileSync(file)); } catch { return null; } }',
      errors: [{ messageId: 'catch', suggestions: 1 }],
    },
    {
      code: 'async function names() { let list; try { list = await query(); } catch { list = []; } return list; }',
      errors: [{ messageId: 'catch', data: { value: '[]' } }],
    },
    {
      code: 'function count(path) { try { return size(path); } catch { return; } }',
      errors: [{ messageId: 'catch', data: { value: 'undefined' }, suggestions: 1 }],
    },
    { code: 'const entry = await lstat(file).catch(() => ({}));', errors: [{ messageId: 'rejection' }] },
    {
      code: 'const entry = await lstat(file).catch(() => undefined);',
      options: [{ probes: '^$' }],
      errors: [{ messageId: 'rejection' }],
    },
    {
      code: 'const text = await readFile(file).catch(() => "");',
      errors: [{ messageId: 'rejection', data: { value: "''" } }],
    },
    {
      code: 'async function load() { return fetch(url).then((r) => r.json()).catch(() => { return []; }); }',
      errors: [{ messageId: 'rejection' }],
    },
    { code: 'const user = await find(id).then((row) => row.user, () => null);', errors: [{ messageId: 'rejection' }] },
    { code: 'const user = await find(id).catch((error) => undefined);', errors: [{ messageId: 'rejection' }] },
    { code: 'const user = await find(id).catch(() => {});', errors: [{ messageId: 'rejection' }] },
    {
      code: 'read(path, (err, text) => { if (err) return callback(null, []); callback(null, text); });',
      errors: [{ messageId: 'callback', data: { name: 'err', value: '[]' } }],
    },
    {
      code: 'const load = () => new Promise((resolve) => read(path, (error, text) => { if (error) { resolve(null); return; } resolve(text); }));',
      errors: [{ messageId: 'callback' }],
    },
    {
      code: '/** The text of a file; undefined when it cannot be read. */\nfunction text(path) { try { return readFileSync(path); } catch { return undefined; } }',
      options: [{ allowDocumented: false }],
      errors: [{ messageId: 'catch', suggestions: 1 }],
    },
    {
      code: 'const load = async (): Promise<string[]> => { try { return await read(); } catch { return [] as string[]; } };',
      ts: true,
      errors: [{ messageId: 'catch', suggestions: 1 }],
    },
  ],
});
