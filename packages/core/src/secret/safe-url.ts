import { z } from 'zod';

const isLoopback = (host: string): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(host);

/**
 * Why a credential must not be sent to a URL, as the end of a sentence about it; undefined when it may. What the URL holds is not
 * repeated.
 *
 * A text that is no URL at all is for its parser to refuse.
 */
function problemOfUrl(text: string): string | undefined {
  if (!URL.canParse(text)) return undefined;
  const { protocol, hostname, username, password } = new URL(text);
  if (protocol !== 'https:' && protocol !== 'http:') return 'must begin with https:, or with http: on this machine';
  if (username !== '' || password !== '' || /[?#]/.test(text))
    return 'must not hold a user name, a password, a query or a fragment: it is written into logs';
  if (protocol === 'http:' && !isLoopback(hostname))
    return 'must begin with https: beyond this machine, as everything would be sent in the clear';
  return undefined;
}

/** An address that is written into logs and that a credential is sent to. */
export const safeUrlSchema = z.url().superRefine((text, context) => {
  const problem = problemOfUrl(text);
  if (problem !== undefined) context.addIssue({ code: 'custom', message: problem, params: { unsafeUrl: true } });
});
