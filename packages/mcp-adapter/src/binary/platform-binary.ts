import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';

const triples: Readonly<Record<string, string>> = {
  'linux-x64': 'x86_64-unknown-linux-musl',
  'linux-arm64': 'aarch64-unknown-linux-musl',
  'darwin-x64': 'x86_64-apple-darwin',
  'darwin-arm64': 'aarch64-apple-darwin',
  'win32-x64': 'x86_64-pc-windows-msvc',
  'win32-arm64': 'aarch64-pc-windows-msvc',
};

/**
 * The binary for this machine behind an unpacked `@openai/codex`, which itself holds only a Node script.
 *
 * npm puts the platform's package beside it or nested in it; early versions carried all binaries in `vendor/`. Undefined when the
 * optional dependency was not installed.
 */
export function platformBinaryOf(
  packageRoot: string,
  platform = `${process.platform}-${process.arch}`,
): string | undefined {
  const triple = triples[platform];
  if (triple === undefined) return undefined;
  const root = realpathSync(packageRoot);
  const name = platform.startsWith('win32') ? 'codex.exe' : 'codex';
  const vendors = [path.join(root, 'vendor')];
  try {
    const manifest = createRequire(path.join(root, 'package.json')).resolve(`@openai/codex-${platform}/package.json`);
    vendors.unshift(path.join(path.dirname(manifest), 'vendor'));
  } catch {
    // Not installed on its own.
  }
  const candidates = vendors.flatMap((vendor) =>
    ['bin', 'codex'].map((folder) => path.join(vendor, triple, folder, name)),
  );
  return candidates.find((candidate) => existsSync(candidate));
}

/** The folder of the `@openai/codex` package whose Node script this is; undefined when it is something else. */
export function codexPackageOf(script: string): string | undefined {
  const root = path.dirname(path.dirname(script));
  try {
    const manifest = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { name?: unknown };
    return manifest.name === '@openai/codex' ? root : undefined;
  } catch {
    return undefined;
  }
}
