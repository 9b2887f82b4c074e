import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import path from 'node:path';
import process from 'node:process';

const names = builtinModules.filter((name) => !name.startsWith('_') && !name.includes(':')).join('|');

/** As near as its rules come: `require` of a built-in module. */
const rule = `id: node-protocol
language: JavaScript
rule:
  pattern: require($NAME)
constraints:
  NAME: { kind: string, regex: ^.(${names}).$ }
transform:
  BARE: { substring: { source: $NAME, startChar: 1, endChar: -1 } }
fix: require('node:$BARE')
`;

/**
 * ast-grep, fetched from npm into a folder; without a command and with the reason where it cannot be had.
 *
 * @param {string} folder
 * @returns {Promise<{ command?: readonly [string, ...string[]], reason?: string }>}
 */
export async function astGrepSide(folder) {
  const program = path.join(folder, 'ast-grep', 'package', 'ast-grep');
  const ruleFile = path.join(folder, 'ast-grep', 'rule.yml');
  try {
    if (process.platform !== 'linux' || process.arch !== 'x64') return { reason: 'fetched for Linux on x64 only' };
    if (!existsSync(program)) {
      mkdirSync(path.dirname(ruleFile), { recursive: true });
      const name = '@ast-grep/cli-linux-x64-gnu@0.39.0';
      const packed = execFileSync('npm', ['pack', '--silent', '--pack-destination', folder, name], {
        encoding: 'utf8',
      });
      execFileSync('tar', ['-xzf', path.join(folder, packed.trim()), '-C', path.dirname(ruleFile)]);
      writeFileSync(ruleFile, rule);
    }
    execFileSync(program, ['--version'], { stdio: 'ignore' });
    return { command: [program, 'scan', '--rule', ruleFile, '--update-all', '.'] };
  } catch (error) {
    return { reason: error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error) };
  }
}
