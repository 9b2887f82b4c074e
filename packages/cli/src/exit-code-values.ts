/** What the command says with its exit code. */
export const exitCode = {
  done: 0,
  failed: 1,
  usage: 2,
  waiting: 3,
  cannotCreate: 73,
  ioError: 74,
  locked: 75,
  interrupted: 130,
} as const;
