import { expect, test } from 'vitest';
import { codeCharacters } from './code';
import { addDays, isoDay, weekday, writtenDay } from './dates';
import { fold, matches } from './fold';

test('search needs no diacritics, no case and no order', () => {
  expect(fold('Đối thoại tại nơi làm việc')).toBe('doi thoai tai noi lam viec');
  expect(matches(fold('Đối thoại tại nơi làm việc'), 'viec DOI')).toBe(true);
  expect(matches(fold('Đối thoại tại nơi làm việc'), 'tham hoi')).toBe(false);
});

test('dd is đ in what is searched for, and stays dd in what is searched', () => {
  const dialogue = fold('Đối thoại tại nơi làm việc');
  expect(matches(dialogue, 'ddoi thoai')).toBe(true);
  expect(matches(dialogue, 'DDối thoại')).toBe(true);
  expect(matches(dialogue, 'dd')).toBe(true);
  expect(matches(dialogue, 'ddam')).toBe(false);
  const english = fold('Address of the workshop');
  expect(matches(english, 'address')).toBe(true);
  expect(matches(english, 'adress')).toBe(false);
});

test('a day is read as it is stored and as people write it', () => {
  expect(isoDay('2026-10-08')).toBe('2026-10-08');
  expect(isoDay('8/10/2026')).toBe('2026-10-08');
  expect(isoDay('08-10-2026')).toBe('2026-10-08');
  expect(isoDay('8/10')).toBeUndefined();
  expect(writtenDay('2026-10-08')).toBe('08/10/2026');
  expect(writtenDay('mai')).toBe('mai');
});

test('days are counted across months and leap years', () => {
  expect(addDays('2026-03-01', -1)).toBe('2026-02-28');
  expect(addDays('2028-02-28', 1)).toBe('2028-02-29');
  expect(weekday('2026-11-23')).toBe(1);
});

test('a code is forgiving about case, spaces and dashes', () => {
  expect(codeCharacters(' abcd-2345 ')).toBe('ABCD2345');
});
