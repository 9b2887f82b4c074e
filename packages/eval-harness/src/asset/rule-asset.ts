import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { EvaluatedAsset } from './asset.js';

interface LintMessage {
  /** Null for what the linter itself has to say, about comments that configure it for instance. */
  readonly ruleId: string | null;
  readonly fatal?: boolean | undefined;
  readonly message: string;
}

/** What is needed of ESLint's `Linter`, which whoever has ESLint brings along, with its configuration already given. */
export interface RuleLinter {
  verify(code: string, file: string): readonly LintMessage[];
  verifyAndFix(code: string, file: string): { readonly output: string; readonly messages: readonly LintMessage[] };
}

export interface RuleIdentity {
  readonly id: string;
  readonly version: string;
  /** Of the rule's code, its options, and the versions of the linter and its parsers. */
  readonly digest: string;
  /** Those that the linter was configured with, for people. */
  readonly options?: Readonly<Record<string, unknown>> | undefined;
}

/** An asset that runs one lint rule with its fixes: they must keep behaviour, and its reports are counted before and after. */
export function ruleAsset({ id, version, digest, options }: RuleIdentity, linter: RuleLinter): EvaluatedAsset {
  return {
    id,
    kind: 'rule',
    version,
    digest,
    options,
    async apply(folder, files, signal) {
      const failed: { path: string; message: string }[] = [];
      let [matched, changes, before, after] = [0, 0, 0, 0];
      for (const file of files) {
        signal?.throwIfAborted();
        const place = path.join(folder, file);
        const source = await readFile(place, 'utf8');
        try {
          const messages = linter.verify(source, file);
          const fatal = messages.find((message) => message.fatal);
          if (fatal) throw new Error(fatal.message);
          const found = ofRule(messages);
          if (found.length === 0) continue;
          const { output, messages: left } = linter.verifyAndFix(source, file);
          const remaining = ofRule(left);
          matched += 1;
          before += found.length;
          after += remaining.length;
          if (output === source) continue;
          changes += Math.max(1, found.length - remaining.length);
          await writeFile(place, output);
        } catch (error) {
          failed.push({ path: file, message: error instanceof Error ? error.message : String(error) });
        }
      }
      return { matched, changes, declined: [], failed, findings: { before, after } };
    },
  };
}

const ofRule = (messages: readonly LintMessage[]): readonly LintMessage[] =>
  messages.filter(({ ruleId }) => ruleId !== null);
