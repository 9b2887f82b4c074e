import { isTestFile } from '../file/test-file.js';
import { moduleCalls } from '../module/module-references.js';
import { findLeak } from '../resource/leak.js';
import { holderOf, usesOf } from '../resource/holder.js';
import { resources, type Resource } from '../resource/resources.js';
import { defineRule } from '../rule/define-rule.js';
import { pattern } from '../rule/pattern.js';
import { functionName } from '../syntax/name.js';
import { enclosingFunction, parentOf, type Node } from '../syntax/node.js';

export default defineRule({
  name: 'require-close',
  type: 'problem',
  description: 'Require what a function opens to be closed on every path',
  recommended: true,
  options: {
    resources: {
      type: 'array',
      items: {
        type: 'object',
        properties: {
          module: { type: 'string' },
          name: { type: 'string' },
          close: { type: 'array', items: { type: 'string' }, minItems: 1 },
          open: { type: 'array', items: { type: 'string' }, minItems: 1 },
        },
        required: ['module', 'name', 'close'],
        additionalProperties: false,
      },
      description:
        'Further resources: the module, the function or class in it that makes one, the methods that close it, and those that open it if making it does not.',
    },
    programs: {
      type: 'string',
      format: 'regex',
      description:
        'Functions of these names start what lives as long as the program, so their servers need no closing.',
    },
    ignoreTests: { type: 'boolean', description: 'Whether to leave out test files.' },
  },
  defaults: {
    resources: [] as { module: string; name: string; close: string[]; open?: string[] }[],
    programs: '^(?:main|serve|bootstrap|cli)$',
    ignoreTests: true,
  },
  messages: {
    never:
      'This {{what}} is opened here, and never closed, returned or stored. Close it in a finally block, or hold it with "await using".',
    child: 'Nothing waits for this {{what}} or ends it. Listen for its exit and its error, or kill it.',
    path: 'This {{what}} stays open when line {{line}} {{how}}. Close it in a finally block, or hold it with "await using".',
  },
  create(context, options) {
    const { sourceCode } = context;
    if (options.ignoreTests && isTestFile(context)) return {};
    const programs = pattern(options.programs);
    const members: Record<string, Record<string, Resource>> = { ...resources };
    for (const { module, name, close, open } of options.resources) {
      members[module] = { ...members[module], [name]: { what: name, close, ...(open !== undefined && { open }) } };
    }

    return {
      Program() {
        for (const { node, info: resource } of moduleCalls(sourceCode, members)) {
          const owner = enclosingFunction(node);
          if (owner === undefined || (resource.what === 'server' && programs.test(functionName(owner) ?? ''))) continue;
          const variable = holderOf(node, sourceCode);
          if (variable === undefined) continue;
          const uses = usesOf(variable, owner, resource, sourceCode);
          const opened = resource.open === undefined ? node : uses.opening[0];
          if (uses.isHandedOn || opened === undefined) continue;
          if (uses.closing.size === 0) {
            context.report({ node, messageId: resource.endsItself ? 'child' : 'never', data: { what: resource.what } });
            continue;
          }
          if (resource.endsItself) continue;
          const leak = findLeak(statementOf(opened), {
            owner,
            variable,
            closing: uses.closing,
            isRisk: (at) =>
              at.type === 'AwaitExpression' ||
              at.type === 'YieldExpression' ||
              (resource.sync === true && uses.touching.has(at)),
            sourceCode,
          });
          if (leak === undefined) continue;
          const line = leak.how === 'ends' ? leak.node.loc?.end.line : leak.node.loc?.start.line;
          const how = leak.how === 'ends' ? 'is reached' : leak.how;
          context.report({ node, messageId: 'path', data: { what: resource.what, line: String(line), how } });
        }
      },
    };
  },
});

function statementOf(node: Node): Node {
  let at = node;
  while (!/Statement$|Declaration$/u.test(at.type)) {
    const parent = parentOf(at);
    if (parent === undefined) return at;
    at = parent;
  }
  return at;
}
