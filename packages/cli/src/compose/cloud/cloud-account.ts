import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { readStart, sha256 } from '@codex-orch/core';
import { z } from 'zod';
import { userCodexHome } from '../orch-home.js';

/** The part of Codex's login that says whose it is. */
const loginSchema = z.object({
  auth_mode: z.string().nullish(),
  tokens: z.object({ account_id: z.string().nullish(), id_token: z.string().nullish() }),
});

const claimsSchema = z.object({
  'https://api.openai.com/auth': z.object({
    chatgpt_account_id: z.string().nullish(),
    chatgpt_user_id: z.string().nullish(),
    user_id: z.string().nullish(),
  }),
});

const maxBytes = 1024 * 1024;

/** Codex empties the file before it writes it anew, each time it renews its tokens; how often it is read again, and after how long in ms. */
const again = { times: 10, pauseMs: 100 };

/**
 * Names the ChatGPT login of this machine: the SHA-256 of the account and of the user in it, since a task in Codex Cloud is shown to that
 * user alone. Undefined where there is no such login, or none that says whose it
 * is; nothing else of it is kept, and nobody is asked.
 *
 * Source: `auth.json` and the claims of its id token, codex-rs/login/src/token_data.rs of openai/codex.
 */
export async function cloudAccount(env: NodeJS.ProcessEnv): Promise<string | undefined> {
  const { data: login } = loginSchema.safeParse(await readLogin(path.join(userCodexHome(env), 'auth.json')));
  // Tokens of an earlier login may still be there.
  if (!login || login.auth_mode?.toLowerCase() === 'apikey') return undefined;
  const { account_id: account, id_token: token } = login.tokens;
  const claims = claimsSchema.safeParse(claimsIn(token ?? '')).data?.['https://api.openai.com/auth'];
  const id = account ?? claims?.chatgpt_account_id;
  const user = claims?.chatgpt_user_id ?? claims?.user_id;
  return id && user ? sha256(JSON.stringify([id, user])) : undefined;
}

async function readLogin(file: string): Promise<unknown> {
  for (let left = again.times; ; left -= 1) {
    const start = await readStart(file, { maxBytes, followLinks: true }).catch(() => undefined);
    if (!start) return undefined;
    try {
      return JSON.parse(start.bytes.toString('utf8'));
    } catch {
      if (left === 0) return undefined;
    }
    await delay(again.pauseMs);
  }
}

/** What a token says. Whether it is genuine is for who is shown it to find out. */
function claimsIn(token: string): unknown {
  try {
    return JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}

/** An account in a few characters, for people to compare. */
export const shortAccount = (account: string): string => account.slice(0, 8);
