/** A file that a template makes. */
export interface TemplateFile {
  /** Relative, with `/` between names. */
  readonly path: string;
  readonly text: string;
}

/** Parameters to render a template with. */
export interface TemplateExample {
  readonly name: string;
  readonly parameters: unknown;
  /** For a fixture: exactly what has to come of it. */
  readonly files?: readonly TemplateFile[] | undefined;
  /** Whether a refusal of the parameters is no fault: they were made from the schema, which cannot say everything. */
  readonly mayBeRefused?: boolean | undefined;
}

/** Something that reads a file of a certain kind, and notices when it is not one. */
export interface TemplateReader {
  /** Stands in results, e.g. `spec-guard`. */
  readonly name: string;
  isFor(file: TemplateFile): boolean;
  /** What is wrong with the file; undefined where nothing is. */
  problemOf(file: TemplateFile): string | undefined;
}

/** A template as the harness sees it: something that makes new files of parameters. Its code runs in this process. */
export interface EvaluatedTemplate {
  readonly id: string;
  readonly version: string;
  /** Changes with everything that can change what it makes. */
  readonly digest: string;
  /** Why it cannot be evaluated. */
  readonly notEvaluated?: string | undefined;
  readonly examples: readonly TemplateExample[];
  /** Beside the readers for JSON and JavaScript, which every template has. */
  readonly readers?: readonly TemplateReader[] | undefined;
  /** Throws for parameters that it does not take. */
  render(parameters: unknown): readonly TemplateFile[];
}
