/**
 * Migrations only add while two versions may run over one schema (docs/adr/0081-rolling-upgrades.md). What one takes away or
 * demands has to be of no use to the version before, and is written down here by whoever has made sure of that.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './workspace';

/** The last ones of the version before; up to the first release, the last ones that nobody had an installation to upgrade from. */
const RELEASED = {
  'apps/admin-service/src/db/migrations': 17,
  'libs/clickhouse/src/migrations': 5,
};

/** File of a later migration → what it takes away, and the version that stopped using it. */
const TAKEN_AWAY: Readonly<Record<string, readonly string[]>> = {};

/** What a version that does not know of the migration would stumble over. */
const STUMBLING = new RegExp(
  [
    String.raw`DROP\s+(?:TABLE|COLUMN|VIEW|TYPE|FUNCTION)\b`,
    String.raw`RENAME\s+(?:TO|COLUMN|CONSTRAINT|TABLE)\b`,
    String.raw`ALTER\s+COLUMN\s+\w+\s+(?:TYPE|SET\s+NOT\s+NULL|DROP\s+DEFAULT)`,
    String.raw`MODIFY\s+COLUMN\b`,
    String.raw`TRUNCATE\s+TABLE\b`,
    String.raw`ADD\s+CONSTRAINT\b`,
    String.raw`ADD\s+COLUMN\s+(?:IF\s+NOT\s+EXISTS\s+)?\w+\s+[^,;]*?\bNOT\s+NULL\b(?![^,;]*\bDEFAULT\b)`,
  ].join('|'),
  'gi',
);

const stumblingBlocksOf = (text: string): string[] =>
  [...text.matchAll(STUMBLING)].map(([found]) => found.replace(/\s+/g, ' '));

const later = Object.entries(RELEASED).flatMap(([folder, last]) =>
  readdirSync(path.join(ROOT, folder))
    .filter((file) => /^\d{4}-[\w-]+\.ts$/.test(file) && Number(file.slice(0, 4)) > last)
    .map((file) => `${folder}/${file}`),
);

test('what a migration takes away is written down, and nothing is that is not taken away', () => {
  const found = Object.fromEntries(
    later
      .map((file) => [file, stumblingBlocksOf(readFileSync(path.join(ROOT, file), 'utf8'))] as const)
      .filter(([, blocks]) => blocks.length > 0),
  );
  expect(found).toEqual(TAKEN_AWAY);
});

test.each([
  ['ALTER TABLE users DROP COLUMN note', 'DROP COLUMN'],
  ['DROP TABLE\n records', 'DROP TABLE'],
  ['ALTER TABLE users RENAME COLUMN a TO b', 'RENAME COLUMN'],
  ['ALTER TABLE users ALTER COLUMN a SET NOT NULL', 'ALTER COLUMN a SET NOT NULL'],
  ['ALTER TABLE users ADD COLUMN a text NOT NULL', 'ADD COLUMN a text NOT NULL'],
  ['alter table x modify column a String', 'modify column'],
  ['ALTER TABLE users ADD CONSTRAINT c CHECK (a > 0)', 'ADD CONSTRAINT'],
])('is noticed: %s', (statement, block) => {
  expect(stumblingBlocksOf(statement)).toEqual([block]);
});

test.each([
  'ALTER TABLE users ADD COLUMN a text',
  "ALTER TABLE users ADD COLUMN a text NOT NULL DEFAULT ''",
  'ALTER TABLE users ADD COLUMN a int NOT NULL CHECK (a > 0) DEFAULT 1, ADD COLUMN b text',
  'CREATE TABLE t (a text NOT NULL)',
  'ALTER TABLE users ALTER COLUMN a DROP NOT NULL',
  'DROP INDEX IF EXISTS i',
])('only adds, or loosens: %s', (statement) => {
  expect(stumblingBlocksOf(statement)).toEqual([]);
});
