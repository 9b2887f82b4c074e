import { testRule } from '../../test/rule-suite.js';
import rule from './no-env-dump.js';

testRule('no-env-dump', rule, {
  valid: [
    'console.log(process.env.NODE_ENV);',
    'console.log(Object.keys(process.env));',
    'console.log(Object.keys(process.env).length);',
    // Whether it is set, how long it is, and a masked form say nothing of it.
    'console.log(Boolean(process.env.API_KEY));',
    "console.log(process.env.API_KEY ? 'set' : 'unset');",
    'console.log(apiKey.length, typeof apiKey, !apiKey);',
    'logger.info(mask(apiKey));',
    'logger.info(redact(process.env));',
    'console.log(`${apiKey.slice(0, 4)}…`);',
    // Parsers have tokens, maps have keys, and messages are about passwords.
    'throw new SyntaxError(`unexpected ${token}`);',
    'console.log(key, tokens, tokenCount, process.env.CACHE_KEY, process.env.PWD);',
    'throw new Error(messages.password);',
    'throw new Error(ERR_INVALID_PASSWORD);',
    "const missingApiKey = 'Set the API key'; throw new Error(missingApiKey);",
    "throw new Error('password too short');",
    "console.log({ password: '***' });",
    // A named variable is what a child may get.
    "spawn('codex', [], { env: { PATH: process.env.PATH, OPENAI_API_KEY: process.env.OPENAI_API_KEY } });",
    "spawn('node', [], { env: { ...process.env } });",
    'const env = { ...process.env, CI: "1" }; run(env);',
    "createHash('sha256').update(JSON.stringify(process.env)).digest('hex');",
    'client.login(password);',
    'new AuthError(password);',
    'const prompt = `Summarise ${text}`;',
    'document.write(password);',
    { code: 'const settings = { env: { ...process.env } }; use(settings);', options: [{ childEnv: true }] },
  ],
  invalid: [
    { code: 'console.log(process.env);', errors: [{ messageId: 'environment', data: { sink: 'a log' } }] },
    { code: 'console.log(JSON.stringify(process.env, null, 2));', errors: [{ messageId: 'environment' }] },
    { code: 'console.dir(Object.entries(process.env));', errors: [{ messageId: 'environment' }] },
    { code: 'const env = process.env; logger.debug({ env });', errors: [{ messageId: 'environment' }] },
    { code: 'this.logger.error("failed", { ...process.env });', errors: [{ messageId: 'environment' }] },
    {
      code: 'await writeFile(file, JSON.stringify({ env: process.env }));',
      errors: [{ messageId: 'environment', data: { sink: 'JSON' } }],
    },
    { code: 'throw new Error(`failed with ${JSON.stringify(process.env)}`);', errors: [{ messageId: 'environment' }] },
    {
      code: 'console.log(`key: ${process.env.OPENAI_API_KEY}`);',
      errors: [{ messageId: 'secret', data: { what: 'process.env.OPENAI_API_KEY', sink: 'a log' } }],
    },
    { code: 'process.stderr.write(config.apiKey + "\\n");', errors: [{ messageId: 'secret' }] },
    {
      code: 'throw new Error(`cannot log in with ${user} and ${password}`);',
      errors: [{ messageId: 'secret', data: { what: 'password', sink: 'the message of an error' } }],
    },
    { code: 'throw new AuthError("bad token " + accessToken);', errors: [{ messageId: 'secret' }] },
    { code: 'req.log.info({ user, clientSecret });', errors: [{ messageId: 'secret' }] },
    {
      code: 'const systemPrompt = `Use the key ${process.env.GITHUB_TOKEN}`;',
      errors: [{ messageId: 'secret', data: { what: 'process.env.GITHUB_TOKEN', sink: 'a prompt' } }],
    },
    { code: 'new Agent({ instructions: `The password is ${db.password}` });', errors: [{ messageId: 'secret' }] },
    { code: 'console.log(tenantPin);', options: [{ secrets: ['Pin$'] }], errors: [{ messageId: 'secret' }] },
    { code: 'audit.info(apiKey);', options: [{ loggers: '^audit$' }], errors: [{ messageId: 'secret' }] },
    {
      code: "spawn('node', [], { env: { ...process.env, CI: '1' } });",
      options: [{ childEnv: true }],
      errors: [{ messageId: 'childEnv' }],
    },
    {
      code: "new StdioClientTransport({ command: 'x', env: process.env });",
      options: [{ childEnv: true }],
      errors: [{ messageId: 'childEnv' }],
    },
    {
      code: 'console.log(process.env.API_KEY!, (apiKey as string));',
      ts: true,
      errors: [{ messageId: 'secret' }, { messageId: 'secret' }],
    },
  ],
});
