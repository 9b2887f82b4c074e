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
    // Also where not every comment counts: this one names the failure, or who tells of it.
    ...[
      '/** The text of a file; undefined when it cannot be read. */\nasync function text(path) { return readFile(path).catch(() => undefined); }',
      '/** The head, if there is one that can be understood. */\nasync function head(path) { try { return parse(await readFile(path)); } catch { return undefined; } }',
      '/** A record that cannot be read counts as none. */\nasync function load(path) { try { return parse(await readFile(path)); } catch { return undefined; } }',
      '// A folder that cannot be read has nothing to change.\nconst entries = await readdir(folder).catch(() => []);',
      '// Whoever opens it to write will say what is wrong.\nconst file = await open(path).catch(() => undefined);',
      '// if reading it fails then we should just move on\nconst pkg = await load(path).catch(() => ({}));',
    ].map((code) => ({ code, options: [{ allowDocumented: false }] as [object] })),
    // The kernel's files fail when what they tell of has gone.
    "const line = await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '');",
    "function boot() { try { return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'); } catch { return ''; } }",
    "const read = (file) => { try { return readFileSync(file, 'utf8'); } catch { return ''; } };\nconst stat = (pid) => read(`/proc/${pid}/stat`);",
    "const root = '/proc';\nasync function status(pid) { try { return await readFile(path.join(root, pid, 'status')); } catch { return ''; } }",
    // An empty array is nothing to flatMap, and no parse gives it.
    'const events = blocks.flatMap((block) => { try { return [JSON.parse(block)]; } catch { return []; } });',
    'const name = (bytes) => { try { return new WireReader(bytes).name(); } catch { return undefined; } };',
    'const times = await Promise.all([stat(a), stat(b)]).catch(() => undefined);',
    // Another error is on its way, and must not be hidden by this one.
    'move().catch(async (error) => { if ((await list(place).catch(() => [])).length === 0) throw error; });',
    'async function handle(err) { if (err) { const pkg = await load().catch(() => null); tell(err, pkg); } }',
    'async function save() { try { await write(); } catch (error) { const size = await measure().catch(() => null); throw fail(error, size); } }',
    'function rollBack(er) { return undo().catch(() => {}).then(done).then(() => { throw er; }); }',
    // What cannot be hashed is not what is wanted.
    'const made = await sha256File(file).catch(() => undefined); if (made?.sha256 !== wanted) refuse();',
    'if ((await hashTree(place).catch(() => undefined)) !== wanted) refuse();',
    // The line above has passed the error on; nobody reads what the callback returns.
    'start((err, child) => { if (callback && err) return callback(err); if (err) return false; return use(child); });',
    'check((err, found) => { if (err) return false; show(found); });',
    // Whoever completes a command line has nowhere to tell.
    'class Run { static async completion() { return await names().catch(() => []); } }',
    // A default fails the test that expects something else.
    { code: 'const body = await response.json().catch(() => undefined);', filename: 'test/reply.js' },
    'function check(folder) { try { look(folder); } catch { this.addLog("not found"); return null; } }',
    // Nobody takes the value.
    'void stream.promise().catch(() => {}).then(() => end());',
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
    // It says what a missing file gives, and the error may be another one.
    {
      code: '/** The text of a file; undefined where there is none. */\nfunction text(path) { try { return readFileSync(path); } catch { return undefined; } }',
      options: [{ allowDocumented: false }],
      errors: [{ messageId: 'catch', suggestions: 1 }],
    },
    {
      code: '/** A file that could not even be loaded has no tests to count: it counts as one failure. */\nasync function counts() { const text = await readFile(file).catch(() => undefined); return text; }',
      options: [{ allowDocumented: false }],
      errors: [{ messageId: 'rejection' }],
    },
    {
      code: '// otherwise, try all\nconst entries = await readdir(folder).catch(() => []);',
      options: [{ allowDocumented: false }],
      errors: [{ messageId: 'rejection' }],
    },
    // Other files than the kernel's, or not only those.
    {
      code: "const read = (file) => { try { return readFileSync(file, 'utf8'); } catch { return ''; } };\nuse(read('/proc/stat'), read(config));",
      errors: [{ messageId: 'catch', suggestions: 1 }],
    },
    {
      code: "export const read = (file) => { try { return readFileSync(file, 'utf8'); } catch { return ''; } };\nuse(read('/proc/stat'));",
      errors: [{ messageId: 'catch', suggestions: 1 }],
    },
    {
      code: "async function both(pid) { try { return await readFile(`/proc/${pid}/stat`) + await readFile(config); } catch { return ''; } }",
      errors: [{ messageId: 'catch', suggestions: 1 }],
    },
    {
      code: 'const names = folders.flatMap((folder) => { try { return readdirSync(folder); } catch { return []; } });',
      errors: [{ messageId: 'catch', suggestions: 1 }],
    },
    {
      code: 'const times = await Promise.all([stat(a), load(b)]).catch(() => undefined);',
      errors: [{ messageId: 'rejection' }],
    },
    // The first error is over when the second comes.
    {
      code: 'async function save() { try { await write(); } catch (error) { tell(error); } return load().catch(() => []); }',
      errors: [{ messageId: 'rejection' }],
    },
    {
      code: 'read(path, (err, text) => { if (err) return callback(err); try { return use(text); } catch { return []; } });',
      errors: [{ messageId: 'catch', suggestions: 1 }],
    },
    {
      code: 'const made = await sha256File(file).catch(() => undefined); show(made);',
      errors: [{ messageId: 'rejection' }],
    },
    {
      code: 'list.map((err, item) => { if (err) return []; return item.rows; });',
      errors: [{ messageId: 'callback', data: { name: 'err', value: '[]' } }],
    },
    {
      code: 'const load = async (): Promise<string[]> => { try { return await read(); } catch { return [] as string[]; } };',
      ts: true,
      errors: [{ messageId: 'catch', suggestions: 1 }],
    },
  ],
});
