import { existsSync, mkdirSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

const ROWS = 20_000;
const FIRST = ['Ada', 'Ben', 'Chloe', 'Dmitri', 'Elif', 'Farid', 'Grace', 'Hiro', 'Ines', 'Jonas', 'Kavya'];
const LAST = ['Adler', 'Brown', 'Costa', 'Dubois', 'Evans', 'Fischer', 'Garcia', 'Hansen', 'Ito', 'Jensen'];
const COUNTRY = ['US', 'DE', 'GB', 'FR', 'IN', 'BR', 'JP'];

/** Writes the sample file when it is not there: the same rows on every machine. */
export function ensureSampleFile(file: string): void {
  if (existsSync(file)) return;
  mkdirSync(path.dirname(file), { recursive: true });
  const rows = Array.from({ length: ROWS }, (_, row) => {
    const first = FIRST[row % FIRST.length] ?? '';
    const last = LAST[Math.floor(row / FIRST.length) % LAST.length] ?? '';
    const country = COUNTRY[row % COUNTRY.length] ?? '';
    return `${first},${last},${first}.${last}.${row}@example.com,Company ${row % 997},${country}`.toLowerCase();
  });
  const partial = `${file}.partial`;
  writeFileSync(partial, `first_name,last_name,email,company,country\n${rows.join('\n')}\n`);
  renameSync(partial, file);
}
