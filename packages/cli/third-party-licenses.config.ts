import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Options } from 'tsup';

type Plugin = NonNullable<Options['esbuildPlugins']>[number];

/** Writes the licences of all packages that went into a bundle, as they ask. Fails the build where a package has none. */
export function thirdPartyLicenses(file: string): Plugin {
  return {
    name: 'third-party-licenses',
    setup(build) {
      build.initialOptions.metafile = true;
      build.onEnd(async ({ metafile }) => {
        const packages = new Set(
          Object.keys(metafile?.inputs ?? {}).flatMap((input) => packageOf(path.resolve(input)) ?? []),
        );
        const texts = await Promise.all([...packages].sort().map(licenseOf));
        await mkdir(path.dirname(file), { recursive: true });
        await writeFile(file, texts.join('\n'));
      });
    },
  };
}

/** The folder of the installed package that a file belongs to. */
const packageOf = (file: string): string | undefined =>
  /^.*[/\\]node_modules[/\\](?:@[^/\\]+[/\\])?[^/\\]+(?=[/\\])/.exec(file)?.[0];

async function licenseOf(folder: string): Promise<string> {
  const { name, version, license } = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as Record<
    string,
    string
  >;
  const files = (await readdir(folder)).filter((entry) => /^(licen[cs]e|notice|copying)/i.test(entry)).sort();
  const texts = await Promise.all(files.map((entry) => readFile(path.join(folder, entry), 'utf8')));
  if (texts.length === 0 && !license)
    throw new Error(`${String(name)} says nothing of its licence, so it cannot be bundled.`);
  return `${'-'.repeat(80)}\n${String(name)} ${String(version)} (${String(license)})\n\n${texts.join('\n').trim()}\n`;
}
