import { spawnSync } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { approvalText, signText } from '@codex-orch/core';
import { onTestFinished, describe, expect, it } from 'vitest';
import { signed, testSigner } from '../../test/ssh-signer.js';
import {
  approval,
  at,
  bob,
  codesOf,
  file,
  goodSpec,
  indexFile,
  policyFile,
  review,
  specText,
  world,
} from '../../test/world.js';
import { checkSpecs } from '../check/check-specs.js';
import type { Review } from '../registry/registry.js';
import { approvalSignatureProblem, parseSigners, reviewText } from './signatures.js';

const good = goodSpec();
const strict = policyFile({ approvals: { signatures: 'required' } });

describe('a signature of an approval', () => {
  it('is judged as ssh-keygen judges it', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'spec-guard-signature-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const key = path.join(folder, 'key');
    expect(spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', key]).status).toBe(0);
    const listed = path.join(folder, 'allowed_signers');
    await writeFile(listed, `ada@example.org ${await readFile(`${key}.pub`, 'utf8')}`);
    const { signers } = parseSigners(file('tasks/allowed_signers', await readFile(listed, 'utf8')));
    const plain = approval(good.spec.text);
    const signature = await signText(approvalText(plain), { key, env: process.env });
    for (const [record, isGood] of [
      [{ ...plain, signature }, true],
      [{ ...plain, justification: 'Something else.', signature }, false],
      [{ ...plain, by: bob, signature }, false],
      [signed(plain, testSigner()), false],
    ] as const) {
      await writeFile(path.join(folder, 'signature'), record.signature ?? '');
      const args = [
        '-Y',
        'verify',
        '-f',
        listed,
        '-I',
        record.by.email,
        '-n',
        'codex-orch',
        '-s',
        path.join(folder, 'signature'),
      ];
      expect(spawnSync('ssh-keygen', args, { input: approvalText(record) }).status === 0).toBe(isGood);
      expect(approvalSignatureProblem(record, { signers, required: true, at: () => at }) === undefined).toBe(isGood);
    }
  });
});

describe('a key that has expired', () => {
  const signer = testSigner();
  const allowedSigners = file(
    'tasks/allowed_signers',
    `ada@example.org valid-before="20261121Z" ${signer.publicKey}\n`,
  );
  const entry = { ...good.entry, approvals: [signed(approval(good.spec.text), signer)] };
  const index = indexFile([entry]);

  it('was good for an approval that the base has', () => {
    expect(codesOf(checkSpecs(world({ index, base: { policy: strict, allowedSigners } })))).toEqual([]);
  });

  it('cannot date an approval back that is new', () => {
    const base = { policy: strict, allowedSigners, index: indexFile([{ ...entry, approvals: [] }]) };
    expect(codesOf(checkSpecs(world({ index, base })))).toEqual(['SG013']);
  });
});

describe('where signatures are required', () => {
  const signer = testSigner();
  const allowedSigners = file('tasks/allowed_signers', `ada@example.org ${signer.publicKey}\n`);
  const { spec, entry } = goodSpec({ last_review: '2026-11-22' });
  const approvals = [signed(approval(spec.text), signer)];
  const record = review(specText({ last_review: '2026-11-22' }), '2026-11-22');
  const check = (reviews: readonly Review[]) =>
    codesOf(
      checkSpecs(
        world({
          specs: [spec],
          index: indexFile([{ ...entry, approvals, reviews: [...reviews] }]),
          base: { policy: strict, allowedSigners },
        }),
      ),
    );

  it('a review needs one as well', () => {
    expect(check([record])).toEqual(['SG015']);
    expect(check([{ ...record, signature: signer.sign(reviewText(record)) }])).toEqual([]);
    expect(check([{ ...record, signature: signer.sign(reviewText({ ...record, channel: 'mail' })) }])).toEqual([
      'SG015',
    ]);
  });

  it('nothing counts without a list of signers in the base', () => {
    const input = world({ specs: [spec], index: indexFile([{ ...entry, approvals }]), base: { policy: strict } });
    expect(codesOf(checkSpecs(input))).toEqual(['SG022', 'SG013']);
  });
});
