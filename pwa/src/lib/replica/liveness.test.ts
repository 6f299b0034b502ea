import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Liveness } from './liveness';

let asked = 0;
let dead = 0;
let waiting = true;
let answers = false;
let liveness: Liveness;

beforeEach(() => {
  vi.useFakeTimers();
  [asked, dead, waiting, answers] = [0, 0, true, false];
  liveness = new Liveness({
    ask: () => {
      asked += 1;
      if (answers) liveness.heard();
    },
    isWaiting: () => waiting,
    dead: () => (dead += 1),
  });
});

afterEach(() => {
  liveness.stop();
  vi.useRealTimers();
});

test('who is asked again and again and says nothing is dead, once', () => {
  vi.advanceTimersByTime(15_000);
  expect([asked, dead]).toEqual([3, 0]);
  vi.advanceTimersByTime(60_000);
  expect([asked, dead]).toEqual([3, 1]);
});

test('who answers lives, however long somebody waits', () => {
  answers = true;
  vi.advanceTimersByTime(600_000);
  expect(dead).toBe(0);
});

test('a late answer counts', () => {
  vi.advanceTimersByTime(15_000);
  liveness.heard();
  vi.advanceTimersByTime(15_000);
  expect(dead).toBe(0);
});

test('nobody is asked while nobody waits, and old silence is not held against it', () => {
  vi.advanceTimersByTime(15_000);
  waiting = false;
  vi.advanceTimersByTime(60_000);
  waiting = true;
  vi.advanceTimersByTime(15_000);
  expect([asked, dead]).toEqual([6, 0]);
});
