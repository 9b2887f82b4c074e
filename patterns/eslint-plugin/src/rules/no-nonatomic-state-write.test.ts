import { testRule } from '../../test/rule-suite.js';
import rule from './no-nonatomic-state-write.js';

const fs = (code: string) => `import { readFileSync, writeFileSync, renameSync } from 'node:fs';\n${code}`;
const promises = (code: string) => `import { readFile, writeFile, rename } from 'node:fs/promises';\n${code}`;

testRule('no-nonatomic-state-write', rule, {
  valid: [
    // Written beside it, then renamed.
    promises(
      'const load = async (file) => JSON.parse(await readFile(file));\nconst save = async (file, state) => { await writeFile(`${file}.tmp`, JSON.stringify(state)); await rename(`${file}.tmp`, file); };',
    ),
    fs(
      "const file = 'state.json';\nconst state = JSON.parse(readFileSync(file));\nconst temporary = file + '.tmp';\nwriteFileSync(temporary, JSON.stringify(state));\nrenameSync(temporary, file);",
    ),
    // Written only, or read only.
    promises("await writeFile('report.json', JSON.stringify(report));"),
    promises(
      "const config = JSON.parse(await readFile('config.json'));\nawait writeFile('report.json', JSON.stringify(config));",
    ),
    // Text that is edited in place is not state.
    fs('const text = readFileSync(file, "utf8");\nwriteFileSync(file, text.replace(a, b));'),
    // Under version control.
    fs(
      "const manifest = JSON.parse(readFileSync('package.json', 'utf8'));\nwriteFileSync('package.json', JSON.stringify(manifest));",
    ),
    fs(
      "const pkgPath = join(root, 'package.json');\nconst pkg = JSON.parse(readFileSync(pkgPath));\nwriteFileSync(pkgPath, JSON.stringify(pkg));",
    ),
    // Two files that only share a name.
    fs(
      'function load(file) { return readFileSync(file, "utf8"); }\nfunction save(file, text) { writeFileSync(file, text); }',
    ),
    fs(
      "function load() { const file = 'a.json'; return JSON.parse(readFileSync(file)); }\nfunction save(state) { const file = 'b.json'; writeFileSync(file, JSON.stringify(state)); }",
    ),
    // Made anew, or only added to.
    fs(
      "const held = () => JSON.parse(readFileSync(lock));\nwriteFileSync(lock, JSON.stringify(holder), { flag: 'wx' });",
    ),
    "import { readFileSync, writeFileSync } from './own-fs.js';\nconst state = JSON.parse(readFileSync(file));\nwriteFileSync(file, JSON.stringify(state));",
    {
      code: fs('const state = JSON.parse(readFileSync(file));\nwriteFileSync(file, JSON.stringify(state));'),
      filename: 'src/state.test.js',
    },
    {
      code: fs('const state = JSON.parse(readFileSync(cacheFile));\nwriteFileSync(cacheFile, JSON.stringify(state));'),
      options: [{ ignorePaths: 'cache' }],
    },
  ],
  invalid: [
    {
      code: fs(
        "const state = JSON.parse(readFileSync('state.json', 'utf8'));\nwriteFileSync('state.json', JSON.stringify(state));",
      ),
      errors: [{ messageId: 'inPlace', line: 3, data: { path: "'state.json'" } }],
    },
    {
      code: promises(
        'const load = async (file) => JSON.parse(await readFile(file, "utf8"));\nconst save = async (file, state) => { await writeFile(file, JSON.stringify(state)); };',
      ),
      errors: [{ messageId: 'inPlace', data: { path: 'file' } }],
    },
    {
      code: promises(
        'class Store { async load() { const text = await readFile(this.file, "utf8"); return JSON.parse(text); } async save(text) { await writeFile(this.file, text); } }',
      ),
      errors: [{ messageId: 'inPlace', data: { path: 'this.file' } }],
    },
    {
      code: "const fs = require('fs');\nconst load = () => JSON.parse(fs.readFileSync(file).toString());\nconst save = (state) => { const text = JSON.stringify(state); fs.writeFile(file, text, done); };",
      errors: [{ messageId: 'inPlace' }],
    },
    {
      code: "import fs from 'fs-extra';\nconst state = await fs.readJson(stateFile);\nawait fs.writeJson(stateFile, state);",
      errors: [{ messageId: 'inPlace' }],
    },
    {
      code: "import fs from 'node:fs';\nconst read = () => fs.promises.readFile(statePath(dir), 'utf8').then(JSON.parse);\nconst write = (state) => fs.promises.writeFile(statePath(dir), JSON.stringify(state));",
      errors: [{ messageId: 'inPlace', data: { path: 'statePath(dir)' } }],
    },
    {
      code: fs(
        "const file: string = 'state.json';\nconst state = JSON.parse(readFileSync(file, 'utf8')) as State;\nwriteFileSync(file, JSON.stringify(state satisfies State));",
      ),
      ts: true,
      errors: [{ messageId: 'inPlace' }],
    },
  ],
});
