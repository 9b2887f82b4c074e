import { testRule } from '../../test/rule-suite.js';
import rule from './require-close.js';

const mcp = (body: string) =>
  `import { Client } from '@modelcontextprotocol/sdk/client/index.js';\nasync function ask(transport) {\n${body}\n}`;
const file = (body: string) => `import { open } from 'node:fs/promises';\nasync function read(path) {\n${body}\n}`;
const descriptor = (body: string) => `import fs from 'node:fs';\nfunction read(path) {\n${body}\n}`;
const server = (body: string, name = 'listen') =>
  `import { createServer } from 'node:http';\nasync function ${name}() {\n${body}\n}`;
const child = (body: string) => `import { spawn } from 'node:child_process';\nfunction start() {\n${body}\n}`;

testRule('require-close', rule, {
  valid: [
    // Closed on every path.
    mcp(
      'const client = new Client(info);\nawait client.connect(transport);\ntry { return await client.callTool(call); } finally { await client.close(); }',
    ),
    mcp(
      'const client = new Client(info);\ntry { await client.connect(transport); await client.ping(); } finally { await client.close(); }',
    ),
    mcp(
      'let client;\ntry { client = new Client(info); await client.connect(transport); await client.ping(); } finally { await client?.close(); }',
    ),
    mcp(
      'const client = new Client(info);\nawait client.connect(transport);\ntry { await client.ping(); } catch (error) { log(error); }\nawait client.close();',
    ),
    mcp(
      'const client = new Client(info);\nawait client.connect(transport);\nreturn client.callTool(call).finally(() => client.close());',
    ),
    file('const handle = await open(path);\ntry { return await handle.readFile(); } finally { await handle.close(); }'),
    file(
      'const handle = await open(path);\ntry {\n  if (empty) return undefined;\n  return await handle.readFile();\n} finally {\n  if (handle) await handle.close();\n}',
    ),
    file(
      'for (const each of path) {\n  const handle = await open(each);\n  try { await handle.sync(); } finally { await handle.close(); }\n}',
    ),
    file('const handle = await open(path);\nawait handle.close();\nawait other();'),
    file('const handle = await open(path);\ntry { await handle.close(); } catch {}'),
    descriptor("const fd = fs.openSync(path, 'r');\ntry { fs.readSync(fd, buffer); } finally { fs.closeSync(fd); }"),
    descriptor("const fd = fs.openSync(path, 'w');\nfs.closeSync(fd);"),
    file(
      'const handle = await open(path);\nswitch (path) {\n  case 1:\n  case 2: await handle.close(); break;\n  default: await handle.close();\n}\nawait other();',
    ),
    file('const handle = await open(path);\nwhile (more()) {\n  if (bad()) break;\n}\nawait handle.close();'),
    // Others close it.
    mcp('const client = new Client(info);\nawait client.connect(transport);\nreturn client;'),
    mcp('const client = new Client(info);\nawait client.connect(transport);\nreturn { client };'),
    mcp('const client = new Client(info);\nawait client.connect(transport);\nclients.set(name, client);'),
    mcp('const client = new Client(info);\nawait client.connect(transport);\nthis.client = client;'),
    mcp('this.client = new Client(info);\nawait this.client.connect(transport);'),
    mcp(
      "const client = new Client(info);\nawait client.connect(transport);\nsignal.addEventListener('abort', () => client.close());\nawait client.ping();",
    ),
    mcp('const client = new Client(info);\nawait client.connect(transport);\nreturn () => client.ping();'),
    mcp('shared = new Client(info);\nawait shared.connect(transport);'),
    // Never opened.
    mcp('const client = new Client(info);\nreturn client.getServerVersion();'),
    server(
      'const server = createServer(app);\nreturn new Promise((resolve) => server.listen(0, () => resolve(server)));',
    ),
    server('const server = createServer(app);\nserver.listen(8080);', 'main'),
    // At the top of a module, things live as long as the program.
    "import { createServer } from 'node:http';\nconst server = createServer(app);\nserver.listen(8080);",
    // A process that is waited for.
    child("const ls = spawn('ls');\nls.on('close', () => done());"),
    child("const ls = spawn('ls');\nls.stdout.pipe(out);\nreturn once(ls, 'exit');"),
    child("const daemon = spawn('server', { detached: true });\ndaemon.unref();"),
    child("const ls = spawn('ls');\nreturn ls;"),
    child("return spawn('ls');"),
    child("const ls = spawn('ls');\nsetTimeout(() => ls.kill(), 1000);"),
    { code: file('const handle = await open(path);\nawait handle.sync();'), filename: 'test/file.test.js' },
    { code: file('await using handle = await open(path);\nreturn handle.readFile();'), ts: true },
    {
      code: file(
        'const handle: FileHandle = await open(path);\ntry { return await handle.readFile(); } finally { await handle[Symbol.asyncDispose](); }',
      ),
      ts: true,
    },
  ],
  invalid: [
    {
      code: mcp(
        'const client = new Client(info);\nawait client.connect(transport);\nconst answer = await client.callTool(call);\nawait client.close();\nreturn answer;',
      ),
      errors: [{ messageId: 'path', line: 3, data: { what: 'MCP client', line: '5', how: 'throws' } }],
    },
    {
      code: mcp(
        'const client = new Client(info);\nawait client.connect(transport);\nreturn await client.callTool(call);',
      ),
      errors: [{ messageId: 'never', data: { what: 'MCP client' } }],
    },
    {
      code: mcp(
        'const client = new Client(info);\nawait client.connect(transport);\nif (!client.getServerCapabilities()) return undefined;\nawait client.close();',
      ),
      errors: [{ messageId: 'path', data: { what: 'MCP client', line: '5', how: 'returns' } }],
    },
    {
      code: mcp(
        'const client = new Client(info);\nawait client.connect(transport);\nif (done) { await client.close(); }',
      ),
      errors: [{ messageId: 'path', data: { what: 'MCP client', line: '6', how: 'is reached' } }],
    },
    {
      code: mcp(
        'const client = new Client(info);\nawait client.connect(transport);\ntry { await client.ping(); await client.close(); } catch (error) { log(error); }',
      ),
      errors: [{ messageId: 'path' }],
    },
    {
      code: file(
        'try {\n  const handle = await open(path);\n  const text = await handle.readFile();\n  await handle.close();\n  return text;\n} catch (error) {\n  log(error);\n}',
      ),
      errors: [{ messageId: 'path', data: { what: 'file handle', line: '5', how: 'throws' } }],
    },
    {
      code: file('const handle = await open(path);\nreturn (await handle.stat()).size;'),
      errors: [{ messageId: 'never' }],
    },
    {
      code: file(
        'for (const each of path) {\n  const handle = await open(each);\n  if (skip(each)) continue;\n  await handle.close();\n}',
      ),
      errors: [{ messageId: 'path' }],
    },
    {
      code: file(
        'const handle = await open(path);\nawait other();\ntry { await handle.sync(); } finally { await handle.close(); }',
      ),
      errors: [{ messageId: 'path' }],
    },
    {
      code: descriptor(
        "const fd = fs.openSync(path, 'r');\nconst size = fs.fstatSync(fd).size;\nfs.closeSync(fd);\nreturn size;",
      ),
      errors: [{ messageId: 'path' }],
    },
    {
      code: descriptor("const fd = fs.openSync(path, 'r');\nfs.readSync(fd, buffer);"),
      errors: [{ messageId: 'never' }],
    },
    {
      code: server(
        "const server = createServer(app);\nserver.listen(0);\nserver.on('request', () => count(server.address()));",
      ),
      errors: [{ messageId: 'never', data: { what: 'server' } }],
    },
    { code: child("const ls = spawn('ls');\nls.stdout.pipe(process.stdout);"), errors: [{ messageId: 'child' }] },
    {
      code: "const { Pool } = require('pg');\nasync function rows() {\n  const pool = new Pool();\n  const { rows } = await pool.query('select 1');\n  await pool.end();\n  return rows;\n}",
      errors: [{ messageId: 'path' }],
    },
    {
      code: "import { chromium } from 'playwright';\nasync function title(url) {\n  const browser = await chromium.launch();\n  const page = await browser.newPage();\n  await browser.close();\n}",
      errors: [{ messageId: 'path', data: { what: 'browser', line: '4', how: 'throws' } }],
    },
    {
      code: "import { openTunnel } from 'tunnels';\nasync function load() {\n  const tunnel = await openTunnel();\n  return tunnel.port;\n}",
      options: [{ resources: [{ module: 'tunnels', name: 'openTunnel', close: ['stop'] }] }],
      errors: [{ messageId: 'never', data: { what: 'openTunnel' } }],
    },
    {
      code: file(
        'const handle = (await open(path)) as FileHandle;\nconst text = await handle!.readFile();\nawait handle.close();\nreturn text;',
      ),
      ts: true,
      errors: [{ messageId: 'path' }],
    },
  ],
});
