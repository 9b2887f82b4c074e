import { builtinModules, createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';

const require = createRequire(fileURLToPath(new URL('../../packages/learning-library/package.json', import.meta.url)));
const { parseSync, Visitor } = /** @type {typeof import('oxc-parser')} */ (require('oxc-parser'));
const builtins = new Set(builtinModules.filter((name) => !name.startsWith('_') && !name.includes(':')));

/** What the transform beside it does, as minimal edits: the limit of what can be had without printing a tree. */
export const codemod = {
  id: 'node-protocol-edits',
  prefilter: [...builtins].flatMap((name) => [`'${name}'`, `"${name}"`]),
  /** @param {{ path: string, source: string }} file */
  transform({ path, source }) {
    /** @type {number[]} */
    const places = [];
    const see = (/** @type {any} */ literal) => {
      if (literal?.type === 'Literal' && builtins.has(literal.value)) places.push(literal.start + 1);
    };
    const lang = path.endsWith('.tsx') ? 'tsx' : path.endsWith('.ts') ? 'ts' : 'jsx';
    const { program } = parseSync(path, source, { lang });
    new Visitor({
      ImportDeclaration: (node) => see(node.source),
      ExportNamedDeclaration: (node) => see(node.source),
      ExportAllDeclaration: (node) => see(node.source),
      CallExpression: (node) => {
        if (node.callee.type === 'Identifier' && node.callee.name === 'require') see(node.arguments[0]);
      },
    }).visit(program);
    let output = source;
    for (const place of places.toSorted((a, b) => b - a))
      output = `${output.slice(0, place)}node:${output.slice(place)}`;
    return { source: output, changes: places.length, declined: [] };
  },
};
