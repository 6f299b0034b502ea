import { expect, test, vi } from 'vitest';
import { Problem } from '$lib/api/problem';
import { Loaded } from './loaded.svelte';

/** A server that answers when it is told to. */
function slowServer() {
  const waiting: { resolve: (answer: string) => void; reject: (problem: Problem) => void }[] = [];
  const load = vi.fn(() => new Promise<string>((resolve, reject) => waiting.push({ resolve, reject })));
  return { load, next: () => waiting.shift() };
}

test('what came while it was asking is asked for once more', async () => {
  const { load, next } = slowServer();
  const loaded = new Loaded(load);
  const done = loaded.refresh();
  void loaded.refresh();
  void loaded.refresh();
  next()?.resolve('first');
  await vi.waitFor(() => expect(load).toHaveBeenCalledTimes(2));
  next()?.resolve('second');
  await done;
  expect([loaded.data, load.mock.calls.length]).toEqual(['second', 2]);
});

test('a page that is left asks no more and hears nothing', async () => {
  const { load, next } = slowServer();
  const onproblem = vi.fn();
  const loaded = new Loaded(load, onproblem);
  const done = loaded.refresh();
  void loaded.refresh();
  loaded.stop();
  next()?.reject(Problem.offline());
  await done;
  await loaded.refresh();
  expect([loaded.data, load.mock.calls.length, onproblem.mock.calls.length]).toEqual([null, 1, 0]);
});
