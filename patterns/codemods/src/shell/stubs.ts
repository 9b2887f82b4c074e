import { CodemodSyntaxError } from '../codemod/errors.js';
import type { SourceFile } from '../codemod/codemod.js';
import { mayMock } from '../mocks/mock-names.js';
import { parseModule } from '../syntax/parse.js';
import { keyOf, literalText } from '../syntax/references.js';
import { walk } from '../syntax/walk.js';

const replaces = /stub|spy|mock|fake|replace|proxyquire|sandboxed-module|\.exec(?:Sync)?\s*=[^=>]/i;
const replacesModule = /\(\s*['"`](?:node:)?child_process['"`]\s*[,)]/;
const loadsModule = /\b(?:require|import)\(\s*['"`](?:node:)?child_process/g;
const names = ['exec', 'execSync'];

/** Which of `exec` and `execSync` the files replace in tests: as a string, as a key, or by assignment. */
export function stubbedIn(files: Iterable<SourceFile>): string[] {
  const stubbed = new Set<string>();
  for (const file of files) {
    // `jest.mock('child_process')` replaces all of it.
    if (mayMock(file.source) && replacesModule.test(file.source.replaceAll(loadsModule, ''))) return names;
    const mayReplace = /\.[cm]?[jt]sx?$/.test(file.path) && file.source.includes('exec') && replaces.test(file.source);
    if (mayReplace) for (const name of replacedIn(file)) stubbed.add(name);
  }
  return [...stubbed].toSorted();
}

function replacedIn(file: SourceFile): string[] {
  try {
    return [...walk(parseModule(file).program)].flatMap((node) => {
      const { parent } = node;
      if (parent?.type === 'Property' && parent.key === node && parent.parent.type === 'ObjectExpression') {
        return named(keyOf(parent));
      }
      if (node.type === 'MemberExpression' && parent?.type === 'AssignmentExpression' && parent.left === node) {
        return named(keyOf(node));
      }
      return node.type === 'Literal' ? named(literalText(node)) : [];
    });
  } catch (error) {
    if (error instanceof CodemodSyntaxError) return names;
    throw error;
  }
}

const named = (name: string | undefined) => names.filter((each) => each === name);
