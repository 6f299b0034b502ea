import type { StoredValue } from './types/StoredValue';
import type { Write } from './types/Write';

const VALUES = 'values';
const META = 'meta';
const FENCE = 'fence';

/** Another owner has taken the replica over: this one must not write any more. */
export class Fenced extends Error {
  override name = 'Fenced';
}

/** True when the device or the browser's quota is full. */
export function isFull(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'QuotaExceededError';
}

/**
 * What the core keeps, in IndexedDB: bytes by key. Every owner puts a fence of its own up when it opens, and every write
 * checks it in its own transaction, so an owner that was frozen while another took over can never write over the other's
 * work.
 */
export class Storage {
  #database: IDBDatabase;
  #name: string;
  /** None while the device was too full to put one up. */
  #fence: string | undefined;

  private constructor(name: string, database: IDBDatabase) {
    this.#name = name;
    this.#database = database;
  }

  static async open(name = 'replica'): Promise<Storage> {
    return new Storage(name, await openDatabase(name));
  }

  /** Makes this the one owner, and reads everything as it stands at that moment. */
  async takeOver(): Promise<StoredValue[]> {
    try {
      return await this.#takeOver(crypto.randomUUID());
    } catch (error) {
      if (!isFull(error)) throw error;
      // What is on a full device must still be readable. Taking the fence down needs no room and shuts the owner before
      // out just as well; the first write that finds room puts one up.
      return this.#takeOver(undefined);
    }
  }

  async #takeOver(fence: string | undefined): Promise<StoredValue[]> {
    const transaction = this.#transaction();
    const done = committed(transaction);
    done.catch(() => undefined);
    const meta = transaction.objectStore(META);
    if (fence === undefined) meta.delete(FENCE);
    else meta.put(fence, FENCE);
    const store = transaction.objectStore(VALUES);
    // Asked together, so that the transaction never idles between them.
    const [keys, values] = await Promise.all([
      result<IDBValidKey[]>(store.getAllKeys()),
      result<unknown[]>(store.getAll()),
    ]);
    await done;
    this.#fence = fence;
    return keys.map((key, index) => ({ key: String(key), value: values[index] as Uint8Array }));
  }

  /** All of these on disk, or none. Throws {@link Fenced} when another owner has taken over. */
  async write(writes: readonly Write[]): Promise<void> {
    try {
      await this.#writeOnce(writes);
    } catch (error) {
      // The browser may close a connection by itself (storage pressure, a killed storage process). Once more, then.
      if (!(error instanceof DOMException && error.name === 'InvalidStateError')) throw error;
      this.#database = await openDatabase(this.#name);
      await this.#writeOnce(writes);
    }
  }

  async #writeOnce(writes: readonly Write[]): Promise<void> {
    const transaction = this.#transaction();
    const done = committed(transaction);
    // Failures reach the caller below; this only keeps an early throw from leaving an unhandled rejection behind.
    done.catch(() => undefined);
    const fence = await result<unknown>(transaction.objectStore(META).get(FENCE));
    if (fence !== this.#fence) {
      transaction.abort();
      throw new Fenced(`fence ${String(fence)} is not ours, ${this.#fence ?? 'none'}`);
    }
    const ours = this.#fence ?? crypto.randomUUID();
    const store = transaction.objectStore(VALUES);
    try {
      if (fence !== ours) transaction.objectStore(META).put(ours, FENCE);
      for (const { key, value } of writes) {
        if (value === null) store.delete(key);
        else store.put(value, key);
      }
    } catch (error) {
      transaction.abort();
      throw error;
    }
    await done;
    this.#fence = ours;
  }

  close(): void {
    this.#database.close();
  }

  #transaction(): IDBTransaction {
    // Strict: "Đã lưu trên máy" must hold through a power cut.
    return this.#database.transaction([META, VALUES], 'readwrite', { durability: 'strict' });
  }
}

function openDatabase(name: string): Promise<IDBDatabase> {
  return new Promise((resolve, reject) => {
    const request = indexedDB.open(name, 1);
    request.onupgradeneeded = () => {
      request.result.createObjectStore(VALUES);
      request.result.createObjectStore(META);
    };
    request.onsuccess = () => {
      // A newer version of the app wants to upgrade: make way. The next write opens again.
      request.result.onversionchange = () => request.result.close();
      resolve(request.result);
    };
    request.onerror = () => reject(request.error ?? new Error('IndexedDB did not open'));
  });
}

function result<T>(request: IDBRequest): Promise<T> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result as T);
    request.onerror = () => reject(request.error ?? new Error('IndexedDB request failed'));
  });
}

function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error ?? new Error('IndexedDB transaction was aborted'));
  });
}
