import type { Standing } from '../approval/standing.js';
import { globProblem } from '../covers/glob.js';
import type { SpecEntry } from '../registry/registry.js';
import { contentSha256 } from '../spec/content.js';
import type { MiniSpec, SpecField } from '../spec/mini-spec.js';
import { peekAt, type SpecPeek } from '../spec/peek-spec.js';
import { type ParsedSpec, readSpec, type ReadYaml } from '../spec/read-spec.js';
import type { SourceFile } from './check-input.js';
import type { Position } from './position.js';

/** What the check knows of one spec's file. */
export class SpecFacts {
  readonly file: SourceFile;
  /** Its entry in the registry, found by its path. */
  readonly entry: SpecEntry | undefined;
  readonly baseEntry: SpecEntry | undefined;
  /** Changed paths that it governs. */
  readonly governs: string[] = [];
  /** The change touches its file or its entry. */
  isTouched = false;
  /** Whether this check has anything to say about it. */
  isInScope = false;
  #parsed: ParsedSpec | undefined;
  #peek: SpecPeek | undefined;
  #sha256: string | undefined;
  #standing: Standing | undefined;
  readonly #readYaml: ReadYaml;
  readonly #work: (facts: SpecFacts, entry: SpecEntry) => Standing;

  constructor(
    file: SourceFile,
    entry: SpecEntry | undefined,
    baseEntry: SpecEntry | undefined,
    yaml: ReadYaml,
    standing: (facts: SpecFacts, entry: SpecEntry) => Standing,
  ) {
    this.file = file;
    this.entry = entry;
    this.baseEntry = baseEntry;
    this.#readYaml = yaml;
    this.#work = standing;
  }

  get path(): string {
    return this.file.path;
  }

  get parsed(): ParsedSpec {
    return (this.#parsed ??= this.file.irregular
      ? { spec: undefined, fields: {}, positions: {}, problems: [] }
      : readSpec(this.file.text, this.#readYaml));
  }

  /** Undefined when its front matter is wrong: then that is the only thing to say about it. */
  get spec(): MiniSpec | undefined {
    return this.parsed.spec;
  }

  /** What decides whether the spec has to be read at all: there may be thousands. */
  get peek(): SpecPeek {
    return (this.#peek ??= peekAt(this.file) ?? this.#peekOfParsed());
  }

  #peekOfParsed(): SpecPeek {
    const { fields, problems } = this.parsed;
    const { id, status, covers = [] } = fields;
    if (problems.length === 0 && !this.file.irregular) return { id, status, covers };
    // A spec that cannot be read goes on governing what the registry says it governs.
    const registered = [...(this.entry?.covers ?? []), ...(this.baseEntry?.covers ?? [])];
    return {
      id,
      status: status ?? this.entry?.status,
      covers: [...covers, ...registered.filter((glob) => globProblem(glob) === undefined)],
    };
  }

  get id(): string | undefined {
    return this.peek.id ?? this.entry?.id;
  }

  get sha256(): string {
    return (this.#sha256 ??= contentSha256(this.file.text));
  }

  /** Undefined for a spec that is not registered. */
  get standing(): Standing | undefined {
    if (!this.entry) return undefined;
    return (this.#standing ??= this.#work(this, this.entry));
  }

  at(field: SpecField): Position {
    return this.parsed.positions[field] ?? { line: 1, column: 1 };
  }
}
