import { inspect } from 'node:util';

/** A value that must not be seen. Whatever prints, logs or serialises it gets its name; only {@link Secret.reveal} gives the value. */
export class Secret {
  readonly name: string;
  readonly #value: string;

  constructor(name: string, value: string) {
    this.name = name;
    this.#value = value;
  }

  /** The value, for the process or the request that needs it. */
  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return `[secret:${this.name}]`;
  }

  toJSON(): string {
    return this.toString();
  }

  [inspect.custom](): string {
    return this.toString();
  }
}
