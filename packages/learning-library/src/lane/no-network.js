import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/**
 * Closes the network to this process. Node's permission model does so by itself from version 25 on; before, what goes through Node's own modules
 * is stopped here, and compiled code is not.
 */
export function closeNetwork() {
  const refuse = () => {
    throw Object.assign(new Error('A codemod may not use the network.'), { code: 'ERR_ACCESS_DENIED' });
  };
  const fixed = { value: refuse, writable: false, configurable: false };
  Object.defineProperty(net.Socket.prototype, 'connect', fixed);
  Object.defineProperty(net.Server.prototype, 'listen', fixed);
  for (const name of /** @type {const} */ (['bind', 'connect', 'send']))
    Object.defineProperty(dgram.Socket.prototype, name, fixed);
  for (const names of [dns, dns.promises, dns.Resolver.prototype, dns.promises.Resolver.prototype]) {
    for (const name of Object.getOwnPropertyNames(names)) {
      if (/^(lookup|resolve|reverse)/.test(name)) Object.defineProperty(names, name, fixed);
    }
  }
  syncBuiltinESMExports();
}
