/** Arguments as one line that a POSIX shell takes apart into the same arguments. */
export const commandLine = (args: readonly string[]): string => args.map(quoted).join(' ');

const quoted = (arg: string): string => (/^[\w@%+=:,./-]+$/.test(arg) ? arg : `'${arg.replaceAll("'", "'\\''")}'`);
