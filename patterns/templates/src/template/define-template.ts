import { z } from 'zod';
import { TemplateParametersError } from './errors.js';

/** One file that a template gives. */
export interface RenderedFile {
  /** Where it belongs, from the repository's root, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** A text with typed holes. Rendering is pure: the same parameters give the same files. */
export interface Template<Parameters = unknown> {
  /** Its name in the index. */
  readonly id: string;
  readonly title: string;
  /** When to reach for it, in one sentence. */
  readonly whenToUse: string;
  /** JSON Schema (draft 2020-12) of the parameters, as a caller may give them. */
  readonly parametersSchema: Readonly<Record<string, unknown>>;
  /** @throws {TemplateParametersError} where parameters are missing, unknown or of another kind */
  render(parameters: Parameters): readonly RenderedFile[];
}

interface Definition<Schema extends z.ZodType> {
  readonly id: string;
  readonly title: string;
  readonly whenToUse: string;
  readonly parameters: Schema;
  readonly files: (parameters: z.output<Schema>) => readonly RenderedFile[];
}

export function defineTemplate<Schema extends z.ZodType>(definition: Definition<Schema>): Template<z.input<Schema>> {
  const { id, title, whenToUse, parameters: schema, files } = definition;
  return {
    id,
    title,
    whenToUse,
    get parametersSchema() {
      return z.toJSONSchema(schema, { io: 'input' });
    },
    render(parameters) {
      const parsed = schema.safeParse(parameters);
      if (!parsed.success) throw new TemplateParametersError(id, parsed.error);
      return files(parsed.data);
    },
  };
}
