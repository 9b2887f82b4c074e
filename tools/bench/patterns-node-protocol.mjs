import { builtinModules } from 'node:module';

/**
 * A classic transform of jscodeshift, as most are written: `require('fs')` and `import … from 'fs'` become `node:fs`. The same file is
 * run by jscodeshift's command and by ours.
 */
const builtins = new Set(builtinModules.filter((name) => !name.startsWith('_') && !name.includes(':')));

/** Texts without one of which a file has nothing to change. */
export const prefilter = [...builtins].flatMap((name) => [`'${name}'`, `"${name}"`]);

/**
 * @param {import('jscodeshift').FileInfo} file
 * @param {import('jscodeshift').API} api
 * @returns {string | undefined}
 */
export default function transform(file, { j }) {
  const root = j(file.source);
  let changes = 0;
  const rename = (/** @type {any} */ literal) => {
    if (typeof literal?.value !== 'string' || !builtins.has(literal.value)) return;
    const name = `node:${literal.value}`;
    const quote = literal.extra?.raw?.[0] ?? literal.raw?.[0] ?? "'";
    literal.value = name;
    if (literal.extra) literal.extra = { ...literal.extra, raw: `${quote}${name}${quote}`, rawValue: name };
    if (typeof literal.raw === 'string') literal.raw = `${quote}${name}${quote}`;
    changes += 1;
  };
  root.find(j.ImportDeclaration).forEach(({ node }) => rename(node.source));
  root.find(j.ExportNamedDeclaration).forEach(({ node }) => rename(node.source));
  root.find(j.ExportAllDeclaration).forEach(({ node }) => rename(node.source));
  root
    .find(j.CallExpression, { callee: { type: 'Identifier', name: 'require' } })
    .forEach(({ node }) => rename(node.arguments[0]));
  return changes === 0 ? undefined : root.toSource({ quote: 'single' });
}
