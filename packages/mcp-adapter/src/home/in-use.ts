import { readdir } from 'node:fs/promises';
import { connect } from 'node:net';
import path from 'node:path';
import { ifAbsent } from '@codex-orch/core';

/** Whether a Codex still serves this home over a socket: one that was left waiting for an approval. */
export async function isHomeInUse(dir: string): Promise<boolean> {
  const entries = await ifAbsent(readdir(dir, { withFileTypes: true }), []);
  const sockets = entries.filter((entry) => entry.isSocket()).map(({ name }) => path.join(dir, name));
  return (await Promise.all(sockets.map(answers))).includes(true);
}

/** The file of a socket outlives its server. */
function answers(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket);
    connection.on('connect', () => {
      connection.destroy();
      resolve(true);
    });
    connection.on('error', () => {
      resolve(false);
    });
  });
}
