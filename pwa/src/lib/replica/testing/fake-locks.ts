/** The Web Locks a test needs (Node 20 has none): one lock, with `ifAvailable`, `steal` and `signal`. */
export class FakeLocks {
  #holder: { lose: () => void } | undefined;
  readonly #queue: (() => void)[] = [];

  async request(_name: string, options: LockOptions, callback: (lock: unknown) => unknown): Promise<unknown> {
    if (options.steal) {
      this.#holder?.lose();
      this.#holder = undefined;
    } else if (this.#holder && options.ifAvailable) {
      return callback(null);
    } else if (this.#holder) {
      await this.#wait(options.signal);
    }
    return this.#hold(callback);
  }

  #wait(signal: AbortSignal | undefined): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#queue.push(resolve);
      signal?.addEventListener('abort', () => {
        this.#queue.splice(this.#queue.indexOf(resolve), 1);
        reject(new DOMException('no longer wanted', 'AbortError'));
      });
    });
  }

  #hold(callback: (lock: unknown) => unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      const holder = { lose: () => reject(new DOMException('stolen', 'AbortError')) };
      this.#holder = holder;
      Promise.resolve(callback({}))
        .then(resolve, reject)
        .finally(() => {
          if (this.#holder !== holder) return;
          this.#holder = undefined;
          this.#queue.shift()?.();
        });
    });
  }
}
