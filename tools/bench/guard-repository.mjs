import { execFileSync, spawn } from 'node:child_process';
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import { mkdir } from 'node:fs/promises';
import { approvalText } from '@codex-orch/core';
import { contentSha256, formatFrontMatter } from '@codex-orch/spec-guard';

/**
 * @typedef {object} Size
 * @property {number} files tracked files that are no specs
 * @property {number} specs
 * @property {number} changed files that the second commit changes
 * @property {number} signed specs whose approval is signed; the policy then asks for signatures
 */

const ada = /** @type {const} */ ({ actor: 'human', name: 'Ada', email: 'ada@example.org' });

/**
 * Makes a repository of two commits, through `git fast-import`: a hundred thousand files on the disk would measure the disk. Each
 * spec covers a folder of the files, and all are approved.
 *
 * @param {string} folder
 * @param {Size} size
 */
export async function makeGuardRepository(folder, { files, specs, changed, signed }) {
  await mkdir(folder, { recursive: true });
  const git = (/** @type {string[]} */ ...args) => execFileSync('git', args, { cwd: folder, encoding: 'utf8' }).trim();
  git('init', '--quiet', '--initial-branch=main');
  const child = spawn('git', ['fast-import', '--quiet'], { cwd: folder, stdio: ['pipe', 'inherit', 'inherit'] });
  const ended = once(child, 'close');
  const write = async (/** @type {string} */ text) => {
    if (!child.stdin.write(text)) await once(child.stdin, 'drain');
  };
  const commit = (/** @type {string} */ name, /** @type {string} */ from) =>
    write(
      `commit refs/heads/main\ncommitter Ada <ada@example.org> ${Math.floor(Date.now() / 1000)} +0000\ndata ${name.length}\n${name}\n${from}`,
    );
  const file = (/** @type {string} */ path, /** @type {string} */ text) =>
    write(`M 100644 inline ${path}\ndata ${Buffer.byteLength(text)}\n${text}\n`);
  // Neighbours in one area, as a change that touches thousands of files touches whole areas.
  const pathOf = (/** @type {number} */ n) => `src/area-${Math.floor((n * specs) / files)}/file-${n}.ts`;
  const signer = makeSigner();

  await commit('base', '');
  for (let n = 0; n < files; n += 1) await file(pathOf(n), `export const value = ${n};\n// line\n`);
  const entries = [];
  for (let n = 0; n < specs; n += 1) {
    const { path, text, entry } = makeSpec(n, n < signed ? signer : undefined);
    entries.push(entry);
    await file(path, text);
  }
  await file('tasks/index.json', `${JSON.stringify({ schemaVersion: 1, items: [], specs: entries }, undefined, 2)}\n`);
  if (signed > 0) {
    await file('tasks/guard.json', JSON.stringify({ approvals: { signatures: 'required' } }));
    await file('tasks/allowed_signers', `${ada.email} ${signer.publicKey}\n`);
  }
  await commit('change', '');
  for (let n = 0; n < changed; n += 1) await file(pathOf(n), `export const value = ${-n};\n// line\n// one more\n`);
  child.stdin.end('done\n');
  await ended;
  // The index alone, without a work tree: what is measured compares commits.
  git('read-tree', 'HEAD');
  return folder;
}

/**
 * @param {number} n
 * @param {ReturnType<typeof makeSigner> | undefined} signer
 */
function makeSpec(n, signer) {
  const id = String(n + 1).padStart(5, '0');
  const path = `tasks/specs/${id}-area.md`;
  const day = new Date().toISOString().slice(0, 10);
  const spec = {
    id,
    title: `Area ${n}`,
    status: /** @type {const} */ ('approved'),
    relates_to: [],
    owners: ['ada'],
    covers: [`src/area-${n}/**`],
    last_review: day,
    risk: /** @type {const} */ ('medium'),
  };
  const text = `${formatFrontMatter(spec)}\n# Area ${n}\n\n${'What always holds here, and which test shows it.\n'.repeat(20)}`;
  const record = {
    subject: { kind: /** @type {const} */ ('spec'), id, sha256: contentSha256(text) },
    decision: /** @type {const} */ ('approved'),
    by: ada,
    at: `${day}T00:00:00.000Z`,
    channel: 'cli',
    justification: '',
  };
  const approval = signer ? { ...record, signature: signer.sign(approvalText(record)) } : record;
  const { title, risk, ...mirrored } = spec;
  return { path, text, entry: { ...mirrored, path, sha256: record.subject.sha256, approvals: [approval] } };
}

/** Signs as `ssh-keygen -Y sign -n codex-orch` does with an Ed25519 key; see PROTOCOL.sshsig of OpenSSH. */
function makeSigner() {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const field = (/** @type {Uint8Array | string} */ content) => {
    const bytes = Buffer.from(content);
    const length = Buffer.alloc(4);
    length.writeUInt32BE(bytes.length);
    return Buffer.concat([length, bytes]);
  };
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const key = Buffer.concat([field('ssh-ed25519'), field(Buffer.from(x, 'base64url'))]);
  const about = [field('codex-orch'), field(''), field('sha512')];
  return {
    publicKey: `ssh-ed25519 ${key.toString('base64')}`,
    sign: (/** @type {string} */ text) => {
      const digest = field(createHash('sha512').update(text).digest());
      const signature = sign(null, Buffer.concat([Buffer.from('SSHSIG'), ...about, digest]), privateKey);
      const blob = Buffer.concat([
        Buffer.from('SSHSIG'),
        Buffer.from([0, 0, 0, 1]),
        field(key),
        ...about,
        field(Buffer.concat([field('ssh-ed25519'), field(signature)])),
      ]);
      const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
      return ['-----BEGIN SSH SIGNATURE-----', ...lines, '-----END SSH SIGNATURE-----', ''].join('\n');
    },
  };
}
