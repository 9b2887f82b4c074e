import type { Rule } from 'eslint';

type OptionValue = boolean | number | string | readonly string[] | readonly object[];

/** JSON Schema of one option; its `description` and the rule's default make the documentation. */
export interface OptionSchema {
  readonly description: string;
  readonly type: 'boolean' | 'integer' | 'string' | 'array';
  readonly enum?: readonly string[];
  readonly format?: 'regex';
  readonly minimum?: number;
  readonly items?: object;
}

/** TypeScript infers the defaults' literals; users set others. */
type Widened<Options> = {
  readonly [Name in keyof Options]: Options[Name] extends boolean
    ? boolean
    : Options[Name] extends string
      ? string
      : Options[Name];
};

interface Definition<Options extends object, MessageId extends string> {
  readonly name: string;
  readonly type: 'problem' | 'suggestion';
  readonly description: string;
  /** Whether the `recommended` config has it; `strict` has every rule. */
  readonly recommended: boolean;
  readonly fixable?: 'code';
  readonly hasSuggestions?: boolean;
  readonly options: { readonly [Name in keyof Options]: OptionSchema };
  readonly defaults: Options;
  readonly messages: Readonly<Record<MessageId, string>>;
  create(context: RuleContext<MessageId>, options: Widened<Options>): Rule.RuleListener;
}

type Report<MessageId extends string> = Omit<Rule.ReportDescriptorOptions, 'suggest'> & {
  readonly node: Parameters<Rule.RuleContext['sourceCode']['getText']>[0];
  readonly messageId: MessageId;
  readonly suggest?: (Rule.SuggestionReportDescriptor & { readonly messageId: MessageId })[];
};

/** ESLint's context, reporting only messages that the rule declares. */
export type RuleContext<MessageId extends string> = Omit<Rule.RuleContext, 'report'> & {
  report(descriptor: Report<MessageId>): void;
};

const documentation = 'https://github.com/codex-orch/codex-orch/blob/main/patterns/eslint-plugin/docs/rules';

/** Makes a rule of one options object: schema, defaults and documentation address follow from the definition. */
export function defineRule<Options extends { [Name in keyof Options]: OptionValue }, MessageId extends string>(
  definition: Definition<Options, MessageId>,
): Rule.RuleModule {
  const { name, type, description, recommended, fixable, hasSuggestions, defaults } = definition;
  return {
    meta: {
      type,
      docs: { description, recommended, url: `${documentation}/${name}.md` },
      ...(fixable !== undefined && { fixable }),
      ...(hasSuggestions !== undefined && { hasSuggestions }),
      schema: [{ type: 'object', properties: definition.options, additionalProperties: false }],
      defaultOptions: [defaults],
      messages: definition.messages,
    },
    create(context) {
      // ESLint before 9.15 does not apply `defaultOptions`.
      const options = { ...defaults, ...(context.options[0] as Partial<Options> | undefined) } as Widened<Options>;
      return definition.create(context as unknown as RuleContext<MessageId>, options);
    },
  };
}
