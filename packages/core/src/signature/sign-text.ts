import { SigningFailedError } from './errors.js';
import { lastWords, sshKeygen } from './ssh-keygen.js';
import { parseSshSignature, SIGNATURE_NAMESPACE } from './ssh-signature.js';

/** Long enough to touch a hardware key or to confirm at an agent. */
const SIGN_TIMEOUT_MS = 60_000;

export interface SignTextOptions {
  /** Absolute path of a private key, or of a public one whose private half an ssh-agent holds. */
  readonly key: string;
  readonly namespace?: string | undefined;
  readonly env: NodeJS.ProcessEnv;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Signs a text with an SSH key, as git signs commits, and returns the armored signature.
 *
 * `ssh-keygen -Y verify -n codex-orch` accepts it. Throws {@link SigningFailedError}, and the reason of an aborted signal.
 */
export async function signText(
  text: string,
  { key, namespace = SIGNATURE_NAMESPACE, env, signal }: SignTextOptions,
): Promise<string> {
  const result = await sshKeygen(['-Y', 'sign', '-f', key, '-n', namespace], {
    env,
    input: text,
    timeoutMs: SIGN_TIMEOUT_MS,
    signal,
  });
  if (!result) throw new SigningFailedError(key, 'ssh-keygen is not installed');
  if (result.aborted) signal?.throwIfAborted();
  if (result.exitCode !== 0) throw new SigningFailedError(key, lastWords(result));
  const signature = result.stdout.toString('utf8');
  try {
    parseSshSignature(signature);
  } catch (cause) {
    throw new SigningFailedError(key, 'ssh-keygen printed no signature', cause);
  }
  return signature;
}
