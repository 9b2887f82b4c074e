/** What a command has written to its standard error, for those who wait for some of it. */
export class SaidSoFar {
  text = '';
  readonly #watchers = new Set<() => void>();

  add(text: string): void {
    this.text += text;
    for (const watcher of [...this.#watchers]) watcher();
  }

  /** Resolves when it matches; rejects when the command has ended without. */
  until(pattern: RegExp, ended: Promise<{ readonly out: string }>): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = (): void => {
        if (!pattern.test(this.text)) return;
        this.#watchers.delete(look);
        resolve();
      };
      this.#watchers.add(look);
      ended.then(({ out }) => {
        reject(new Error(`it ended without ${String(pattern)}:\n${this.text}\n${out}`));
      }, reject);
      look();
    });
  }
}
