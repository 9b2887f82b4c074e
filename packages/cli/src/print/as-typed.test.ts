import { describe, expect, it } from 'vitest';
import { asTyped } from './as-typed.js';

const elsewhere = { self: 'npx codex-orch', repoFlag: ' --repo /srv/app' };

describe('a command in a hint', () => {
  it('is shown as it works where the user stands', () => {
    expect(asTyped('List the runs with `codex-orch runs list`; or wait.', elsewhere)).toBe(
      'List the runs with `npx codex-orch runs list --repo /srv/app`; or wait.',
    );
    expect(asTyped('Install it ("codex-orch doctor" tries again).', elsewhere)).toBe(
      'Install it ("npx codex-orch doctor --repo /srv/app" tries again).',
    );
  });

  it('may hold quotes of the other kind', () => {
    expect(asTyped('Say it: `codex-orch run "<goal>"`.', { ...elsewhere, repoFlag: '' })).toBe(
      'Say it: `npx codex-orch run "<goal>"`.',
    );
  });

  it('names the run that the message is about, where it should name one and does not', () => {
    const here = { ...elsewhere, repoFlag: '' };
    const message = '/srv/app/.runs/adhoc/01M81STRC8MB3VXJFBT3D96EPW/events.jsonl: line 3 cannot have happened.';
    expect(asTyped('`codex-orch runs verify` lists it; see `codex-orch runs show 01AB`.', here, message)).toBe(
      '`npx codex-orch runs verify 01M81STRC8MB3VXJFBT3D96EPW` lists it; see `npx codex-orch runs show 01AB`.',
    );
    expect(asTyped('`codex-orch runs list`', here, message)).toBe('`npx codex-orch runs list`');
    expect(asTyped('`codex-orch runs verify`', here, 'no run is named')).toBe('`npx codex-orch runs verify`');
  });

  it('gets no repository that it would not understand, nor a second one', () => {
    expect(asTyped('`codex-orch audit verify`', elsewhere)).toBe('`npx codex-orch audit verify`');
    expect(asTyped('`codex-orch resume 01AB --repo /tmp/x`', elsewhere)).toBe(
      '`npx codex-orch resume 01AB --repo /tmp/x`',
    );
  });

  it('stays away from everything else', () => {
    const hint = 'Use the version of codex-orch that started it, or `git fsck`, and "codex-orch" itself.';
    expect(asTyped(hint, elsewhere)).toBe(hint);
  });
});

describe('a command about a database', () => {
  const database = {
    isGiven: true,
    word: '"$SHOP_DB"',
    queueFlag: ' --queue shop',
    artifactsFlag: ' --artifacts /mnt',
  };
  const there = { self: 'codex-orch', repoFlag: ' --repo /srv/app', database };

  it('names the one that the user asked about, with all that was said of it and that it takes', () => {
    expect(asTyped('`codex-orch goals list` names all.', there)).toBe(
      '`codex-orch goals list --database "$SHOP_DB" --queue shop --repo /srv/app` names all.',
    );
    expect(asTyped('`codex-orch goals status goals-1 --database --queue other`', there)).toBe(
      '`codex-orch goals status goals-1 --queue other --database "$SHOP_DB" --artifacts /mnt --repo /srv/app`',
    );
    expect(asTyped('`codex-orch approve 01AB --database`', there)).toBe(
      '`codex-orch approve 01AB --database "$SHOP_DB" --artifacts /mnt --repo /srv/app`',
    );
  });

  it('names none where the user asked about none, unless it has to', () => {
    const here = { ...there, repoFlag: '', database: { ...database, isGiven: false, missing: 'SHOP_DB' } };
    expect(asTyped('`codex-orch goals list`', here)).toBe('`codex-orch goals list`');
    expect(asTyped('`codex-orch goals cancel goals-1 --database --queue shop`', here)).toBe(
      '`codex-orch goals cancel goals-1 --queue shop --database "$SHOP_DB"` Set SHOP_DB to the URL of the database first.',
    );
    expect(asTyped('`codex-orch runs list`', there)).toBe('`codex-orch runs list --repo /srv/app`');
  });
});
