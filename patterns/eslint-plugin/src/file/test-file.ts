import path from 'node:path';

const testFile =
  /(?:^|[\\/])(?:__tests__|__mocks__|__fixtures__|tests?|specs?|e2e|fixtures|testing|acceptance|smoke|stress|torture)[\\/]|[.\-_](?:test|spec|e2e|bench)(?:-d)?\.[cm]?[jt]sx?$/iu;
const configFile = /(?:^|[\\/])(?:[^\\/]+\.(?:config|setup)\.[cm]?[jt]sx?|\.[^\\/]+rc(?:\.[cm]?js)?)$/iu;

interface File {
  readonly filename: string;
  readonly cwd: string;
}

/** Whether a file's path below the working directory says that it holds tests or what tests need. */
export function isTestFile({ filename, cwd }: File): boolean {
  return testFile.test(path.relative(cwd, filename));
}

/** Whether a file's path says that it configures a tool. */
export function isConfigFile({ filename, cwd }: File): boolean {
  return configFile.test(path.relative(cwd, filename));
}
