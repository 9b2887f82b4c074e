/** More than any key file, and little enough to look for everywhere. */
export const maxSecretBytes = 16 * 1024;
