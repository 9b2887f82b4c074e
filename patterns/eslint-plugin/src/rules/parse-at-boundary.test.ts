import { testRule } from '../../test/rule-suite.js';
import rule from './parse-at-boundary.js';

testRule('parse-at-boundary', rule, {
  valid: [
    'const config = schema.parse(JSON.parse(text)); use(config.name);',
    'const data = JSON.parse(text); const config = configSchema.parse(data); use(config.name);',
    'const data = JSON.parse(text); if (!isConfig(data)) throw new TypeError("no config"); use(data.name);',
    'const data = JSON.parse(text); assertConfig(data); use(data.name);',
    'const data = JSON.parse(text); if (typeof data.name !== "string") throw new TypeError("no name"); use(data.name);',
    'function load(text) { const data = JSON.parse(text); if (!Array.isArray(data)) return; use(data[0]); }',
    'const data = JSON.parse(text); if (!data.name) throw new Error("no name"); use(data.name);',
    'const data = JSON.parse(text); if (!("name" in data)) throw new Error("no name"); use(data.name);',
    'const { error } = JSON.parse(text); if (typeof error?.message === "string") show(error.message);',
    'const data = JSON.parse(text); const list = data?.list; if (!Array.isArray(list)) throw new TypeError("no list");',
    // It is passed on, not used.
    'const data = JSON.parse(text); send(data);',
    'export const load = (text) => JSON.parse(text);',
    'const data = JSON.parse(text); data.name = "x";',
    // The program's own files, and copies.
    'const copy = JSON.parse(JSON.stringify(value)); use(copy.name);',
    "const { version } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));",
    "const file = path.join(__dirname, 'table.json'); const text = readFileSync(file); use(JSON.parse(text).rows);",
    'const table = JSON.parse(\'{"a": 1}\'); use(table.a);',
    "const packages = async (file) => JSON.parse(await readFile(file)).packages;\nuse(packages(path.join(root, 'package-lock.json')));",
    // Deleting, and looking at the keys that are there.
    'const data = JSON.parse(text); delete data.pid; send(data);',
    'const vary = JSON.parse(text); for (const header in vary) if (seen[header] !== vary[header]) stop();',
    'const vary = JSON.parse(text); for (const header of Object.keys(vary)) show(vary[header]);',
    { code: 'use(JSON.parse(text).name);', filename: 'torture/leftovers.ts' },
    'const body = await response.json(); const user = userSchema.parse(body); use(user.id);',
    'response.json({ ok: true }).status;',
    'const settings = store.json(); use(settings.name);',
    'const url = URL.parse(text); use(url.host);',
    'const JSON = own(); use(JSON.parse(text).name);',
    // The environment, asked before it is used.
    'if (process.env.LEVELS) use(process.env.LEVELS.split(","));',
    'const levels = process.env.LEVELS?.split(",");',
    'const levels = (process.env.LEVELS ?? "").split(",");',
    'const levels = process.env.LEVELS && process.env.LEVELS.split(",");',
    'if (process.env.LEVELS === undefined) throw new Error("no levels"); use(process.env.LEVELS.trim());',
    "const folders = process.env.PATH.split(':');",
    { code: 'use(process.env.LEVELS.trim());', options: [{ environment: false }] },
    { code: 'use(JSON.parse(text).name);', filename: 'src/load.test.js' },
    { code: 'const data = JSON.parse(text); vet(data); use(data.name);', options: [{ parsers: '^vet$' }] },
    {
      code: 'const data = JSON.parse(text) as unknown; const config = schema.parse(data); use(config.name);',
      ts: true,
    },
    { code: 'const data: unknown = JSON.parse(text); use(data.name);', ts: true },
  ],
  invalid: [
    {
      code: 'use(JSON.parse(text).name);',
      errors: [{ messageId: 'property', data: { boundary: 'JSON.parse', property: 'name' } }],
    },
    { code: 'const data = JSON.parse(text); use(data.name);', errors: [{ messageId: 'property' }] },
    {
      code: 'const { name } = JSON.parse(text);',
      errors: [{ messageId: 'property', data: { boundary: 'JSON.parse', property: 'name' } }],
    },
    {
      code: "const packages = async (file) => JSON.parse(await readFile(file)).packages;\nuse(packages('package-lock.json'), packages(other));",
      errors: [{ messageId: 'property', data: { boundary: 'JSON.parse', property: 'packages' } }],
    },
    {
      code: 'const vary = JSON.parse(text); for (const header in others) show(vary[header]);',
      errors: [{ messageId: 'property' }],
    },
    { code: 'const data = JSON.parse(text); delete data.pid; use(data.name);', errors: [{ messageId: 'property' }] },
    { code: 'const data = JSON.parse(text); const { name } = data;', errors: [{ messageId: 'property' }] },
    {
      code: 'const [first] = JSON.parse(text);',
      errors: [{ messageId: 'property', data: { boundary: 'JSON.parse', property: '0' } }],
    },
    {
      code: 'const body = await response.json(); use(body.user.id);',
      errors: [{ messageId: 'property', data: { boundary: 'json()', property: 'user' } }],
    },
    { code: 'const name = (await request.json()).name;', errors: [{ messageId: 'property' }] },
    {
      code: "const config = yaml.load(text); use(config['port']);",
      errors: [{ messageId: 'property', data: { boundary: 'yaml.load', property: 'port' } }],
    },
    {
      code: 'const level = process.env.LEVEL.trim();',
      errors: [{ messageId: 'environment', data: { variable: 'process.env.LEVEL' } }],
    },
    {
      code: 'const row = decodeRow(bytes); use(row.id);',
      options: [{ boundaries: ['decodeRow'] }],
      errors: [{ messageId: 'property' }],
    },
    {
      code: 'const config = JSON.parse(text) as Config; use(config.name);',
      ts: true,
      errors: [{ messageId: 'property' }],
    },
    {
      code: 'const config: Config = JSON.parse(text); use(config!.name);',
      ts: true,
      errors: [{ messageId: 'property' }],
    },
    { code: 'const level = process.env.LEVEL!.trim();', ts: true, errors: [{ messageId: 'environment' }] },
  ],
});
