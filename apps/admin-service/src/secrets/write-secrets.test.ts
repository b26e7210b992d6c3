import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeSecrets } from './write-secrets';

describe('writeSecrets', () => {
  let folder: string;
  beforeEach(() => {
    folder = path.join(mkdtempSync(path.join(tmpdir(), 'secrets-')), 'new');
  });
  afterEach(() => rmSync(path.dirname(folder), { recursive: true }));

  const modeOf = (file: string) => statSync(file).mode & 0o777;
  const read = (name: string) => readFileSync(path.join(folder, name), 'utf8');

  it('closes the folder to others and lets every container read the file that it is given', () => {
    expect(writeSecrets(folder, () => ({ pepper: 'p' }))).toEqual(['pepper']);
    expect(modeOf(folder)).toBe(0o700);
    expect(modeOf(path.join(folder, 'pepper'))).toBe(0o444);
    expect(read('pepper')).toBe('p');
  });

  it('tells what is there, as services read it, and adds to it', () => {
    writeSecrets(folder, () => ({}));
    writeFileSync(path.join(folder, 'own'), 'by hand\n');
    expect(writeSecrets(folder, ({ own }) => ({ derived: `from ${own ?? ''}` }))).toEqual(['derived']);
    expect([read('own'), read('derived')]).toEqual(['by hand\n', 'from by hand']);
  });

  it('refuses to write over a file', () => {
    writeSecrets(folder, () => ({ pepper: 'first' }));
    expect(() => writeSecrets(folder, () => ({ pepper: 'second' }))).toThrow('EEXIST');
    expect(read('pepper')).toBe('first');
  });
});
