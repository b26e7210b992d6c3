import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createPortClaims } from './port-claims';

let folder: string;
let nowMs = 0;
const claims = (of = 'ports') => createPortClaims(path.join(folder, of), () => nowMs);

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'claims-'));
  nowMs = 10 * 60_000;
});
afterEach(() => rmSync(folder, { recursive: true }));

test('a port that one process has is given to no other for a minute at least, and then again', () => {
  nowMs += 59_999;
  expect([claims().claim(15_001), claims().claim(15_001), claims().claim(15_002)]).toEqual([
    true,
    false,
    true,
  ]);
  nowMs += 60_000;
  expect(claims().claim(15_001)).toBe(false);
  nowMs += 60_001;
  expect(claims().claim(15_001)).toBe(true);
});

test('what is long over is swept away', () => {
  expect(claims().claim(15_001)).toBe(true);
  nowMs += 5 * 60_000;
  expect(claims().claim(15_002)).toBe(true);
  expect(readdirSync(path.join(folder, 'ports'))).toEqual(['15']);
});

test('where nothing can be written every port may be had', () => {
  writeFileSync(path.join(folder, 'file'), '');
  expect([claims('file').claim(15_001), claims('file/in').claim(15_001)]).toEqual([true, true]);
});
