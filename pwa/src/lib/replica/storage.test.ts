import 'fake-indexeddb/auto';
import { expect, test, vi } from 'vitest';
import { Fenced, isFull, Storage } from './storage';

const bytes = (...values: number[]): Uint8Array => new Uint8Array(values);

let databases = 0;
const freshName = (): string => `replica-${(databases += 1)}`;

test('what was written is there after opening again, and what was deleted is not', async () => {
  const name = freshName();
  const first = await Storage.open(name);
  expect(await first.takeOver()).toEqual([]);
  await first.write([
    { key: 'a', value: bytes(1) },
    { key: 'b', value: bytes(2, 3) },
  ]);
  await first.write([{ key: 'a', value: null }]);
  first.close();
  const second = await Storage.open(name);
  expect(await second.takeOver()).toEqual([{ key: 'b', value: bytes(2, 3) }]);
});

test('an owner whose place was taken can never write again', async () => {
  const name = freshName();
  const frozen = await Storage.open(name);
  await frozen.takeOver();
  const owner = await Storage.open(name);
  await owner.takeOver();
  await expect(frozen.write([{ key: 'a', value: bytes(1) }])).rejects.toBeInstanceOf(Fenced);
  await owner.write([{ key: 'b', value: bytes(2) }]);
  const reader = await Storage.open(name);
  expect(await reader.takeOver()).toEqual([{ key: 'b', value: bytes(2) }]);
});

test('taking over again gives a fenced owner its pen back, with what the other wrote', async () => {
  const name = freshName();
  const first = await Storage.open(name);
  await first.takeOver();
  const second = await Storage.open(name);
  await second.takeOver();
  await second.write([{ key: 'a', value: bytes(9) }]);
  expect(await first.takeOver()).toEqual([{ key: 'a', value: bytes(9) }]);
  await first.write([{ key: 'a', value: bytes(10) }]);
});

test('of a batch with a value that cannot be stored nothing is written', async () => {
  const name = freshName();
  const storage = await Storage.open(name);
  await storage.takeOver();
  const unstorable = (() => undefined) as unknown as Uint8Array;
  const batch = [
    { key: 'a', value: bytes(1) },
    { key: 'b', value: unstorable },
  ];
  await expect(storage.write(batch)).rejects.toThrow();
  expect(await storage.takeOver()).toEqual([]);
});

test('a connection that the browser closed is opened again', async () => {
  const name = freshName();
  const storage = await Storage.open(name);
  await storage.takeOver();
  storage.close();
  await storage.write([{ key: 'a', value: bytes(1) }]);
  const reader = await Storage.open(name);
  expect(await reader.takeOver()).toEqual([{ key: 'a', value: bytes(1) }]);
});

/** Nothing more can be put anywhere until `restore` is called on what this gives. */
const fillDisk = () =>
  vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(() => {
    throw new DOMException('', 'QuotaExceededError');
  });

test('a full device can be read, refuses to write, and takes what it refused once there is room', async () => {
  const name = freshName();
  const before = await Storage.open(name);
  await before.takeOver();
  await before.write([{ key: 'a', value: bytes(1) }]);
  const disk = fillDisk();
  const storage = await Storage.open(name);
  expect(await storage.takeOver()).toEqual([{ key: 'a', value: bytes(1) }]);
  const failure = await storage.write([{ key: 'a', value: bytes(2) }]).catch((error: unknown) => error);
  expect(isFull(failure)).toBe(true);
  disk.mockRestore();

  // The owner before is shut out although no new fence could be put up.
  await expect(before.write([{ key: 'a', value: bytes(3) }])).rejects.toBeInstanceOf(Fenced);
  await storage.write([{ key: 'a', value: bytes(2) }]);
  await storage.write([{ key: 'b', value: bytes(4) }]);
  await expect(before.write([{ key: 'a', value: bytes(3) }])).rejects.toBeInstanceOf(Fenced);
  const reader = await Storage.open(name);
  expect(await reader.takeOver()).toEqual([
    { key: 'a', value: bytes(2) },
    { key: 'b', value: bytes(4) },
  ]);
  await expect(storage.write([])).rejects.toBeInstanceOf(Fenced);
});

test('a full disk is told from other failures', () => {
  expect(isFull(new DOMException('', 'QuotaExceededError'))).toBe(true);
  expect(isFull(new DOMException('', 'UnknownError'))).toBe(false);
  expect(isFull(new Error('full'))).toBe(false);
});

test('everything that is written is asked to be on the disk before it counts as written', async () => {
  const asked = vi.spyOn(IDBDatabase.prototype, 'transaction');
  const storage = await Storage.open(freshName());
  await storage.takeOver();
  await storage.write([{ key: 'a', value: bytes(1) }]);
  await storage.write([{ key: 'a', value: null }]);
  const writing = asked.mock.calls.filter(([, mode]) => mode === 'readwrite');
  expect(writing).toHaveLength(3);
  expect(writing.map(([, , options]) => options)).toEqual(writing.map(() => ({ durability: 'strict' })));
  asked.mockRestore();
});
