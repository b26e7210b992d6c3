/**
 * What anyone would write first: csv-parse, one library call per telephone number, a hash of the e-mail address, and
 * inserts of JSON rows one after the other. It is measured, not used: keep it as plain as it is.
 */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { createClient } from '@clickhouse/client';
import { parse } from 'csv-parse';
import { isSupportedCountry, parsePhoneNumberFromString } from 'libphonenumber-js';

export type PlainLoad = {
  /** With user and password. */
  readonly url: string;
  readonly database: string;
  readonly table: string;
  readonly file: string;
  /** The first so many rows of the file. */
  readonly rowsMax: number;
};

type PersonCells = Readonly<Record<string, string>>;

const BATCH_ROWS = 10_000;

/** @returns rows loaded */
export const loadPlainly = async ({ url, database, table, file, rowsMax }: PlainLoad): Promise<number> => {
  const { origin, username, password } = new URL(url);
  const client = createClient({
    url: origin,
    username: decodeURIComponent(username),
    password: decodeURIComponent(password),
    database,
  });
  const insert = (values: readonly PersonCells[]) =>
    client.insert({ table, values: [...values], format: 'JSONEachRow' });
  try {
    let rows = 0;
    let batch: PersonCells[] = [];
    const people = createReadStream(file).pipe(parse({ columns: true, to: rowsMax }));
    for await (const cells of people as AsyncIterable<PersonCells>) {
      batch.push(normalizePerson(cells));
      rows += 1;
      if (batch.length < BATCH_ROWS) continue;
      await insert(batch);
      batch = [];
    }
    if (batch.length > 0) await insert(batch);
    return rows;
  } finally {
    await client.close();
  }
};

const normalizePerson = (cells: PersonCells): PersonCells => {
  const email = cells['email']?.trim().toLowerCase() ?? '';
  const country = cells['country'] ?? '';
  const phone = parsePhoneNumberFromString(
    cells['phone'] ?? '',
    isSupportedCountry(country) ? country : undefined,
  );
  return {
    ...cells,
    email,
    phone: phone?.isValid() ? phone.number : '',
    dedupe_key: createHash('sha256').update(email).digest('hex'),
  };
};
