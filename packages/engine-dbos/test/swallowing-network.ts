import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';

/** A network between a database and who uses it, which can begin to swallow what is sent without a word. */
export interface SwallowingNetwork extends AsyncDisposable {
  /** The database's URL by this way. */
  readonly url: string;
  swallow(): void;
  /** Swallows what belongs to connections that are open now, as a router does that has forgotten them; new ones get through. */
  forget(): void;
}

const portOfPostgres = 5432;

/** Stands on the loopback, before the database of a URL. */
export async function swallowingNetwork(url: string): Promise<SwallowingNetwork> {
  const { hostname, port, searchParams } = new URL(url);
  const folder = searchParams.get('host');
  const to: net.NetConnectOpts =
    folder === null
      ? { host: hostname, port: Number(port === '' ? portOfPostgres : port) }
      : { path: path.join(folder, `.s.PGSQL.${portOfPostgres}`) };
  const open = new Set<net.Socket>();
  const forgotten = new WeakSet<net.Socket>();
  let swallows = false;
  const pass = (from: net.Socket, into: net.Socket): void => {
    open.add(from);
    const isLost = (): boolean => swallows || forgotten.has(from);
    // Not even that a side has ended gets through.
    from.on('data', (bytes) => isLost() || into.write(bytes));
    from.on('end', () => isLost() || into.end());
    from.on('error', () => isLost() || into.destroy());
    from.on('close', () => open.delete(from));
  };
  const server = net.createServer({ allowHalfOpen: true }, (user) => {
    const database = net.connect({ ...to, allowHalfOpen: true });
    pass(user, database);
    pass(database, user);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const through = new URL(url);
  through.searchParams.delete('host');
  through.host = `127.0.0.1:${(server.address() as net.AddressInfo).port}`;
  return {
    url: through.href,
    swallow: () => {
      swallows = true;
    },
    forget: () => {
      for (const socket of open) forgotten.add(socket);
    },
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
