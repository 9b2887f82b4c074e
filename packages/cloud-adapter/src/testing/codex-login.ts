import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';

const part = (data: unknown): string => Buffer.from(JSON.stringify(data)).toString('base64url');

export interface StandInLogin {
  readonly account?: string | undefined;
  /** Several may share an account, and see tasks of their own. */
  readonly user?: string | undefined;
}

/** Puts a login with ChatGPT into a CODEX_HOME that only a stand-in accepts: its token is signed by nobody. */
export async function writeStandInLogin(
  codexHome: string,
  { account = 'account-1', user = 'user-1' }: StandInLogin = {},
): Promise<void> {
  const token = [
    part({ alg: 'none', typ: 'JWT' }),
    part({
      email: 'ada@example.org',
      exp: 4_102_444_800,
      'https://api.openai.com/auth': {
        chatgpt_account_id: account,
        chatgpt_plan_type: 'plus',
        chatgpt_user_id: user,
      },
    }),
    'bm9ib2R5',
  ].join('.');
  const tokens = { id_token: token, access_token: token, refresh_token: 'none', account_id: account };
  await mkdir(codexHome, { recursive: true, mode: 0o700 });
  const login = { auth_mode: 'chatgpt', OPENAI_API_KEY: null, tokens, last_refresh: new Date().toISOString() };
  await writeFile(path.join(codexHome, 'auth.json'), JSON.stringify(login), { mode: 0o600 });
}
