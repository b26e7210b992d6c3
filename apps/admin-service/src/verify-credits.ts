/**
 * `node verify-credits.js [--json]`: recomputes every balance of DATABASE_URL from its ledger, while the service may
 * go on. Exit code 0 when all agree, 1 when something differs or cannot be read.
 */
import { type BooksReport, verifyBooks } from './credits/verify-books';
import { runDatabaseCommand } from './db/database-command';

void runDatabaseCommand({
  name: 'verify-credits',
  env: process.env,
  json: process.argv.includes('--json'),
  work: async (db) => {
    const report = await verifyBooks(db);
    return { json: report, text: toText(report), ok: report.discrepancies.length === 0 };
  },
}).then((code) => {
  process.exitCode = code;
});

function toText({ wallets, entries, credits, drift, discrepancies }: BooksReport): string {
  const lines = discrepancies.map(
    ({ what, user_id, id, expected, found }) =>
      `${what} ${id} of user ${user_id}: ${found ?? 'missing'}, and ${expected ?? 'none'} by the ledger`,
  );
  const verdict = discrepancies.length === 0 ? 'they agree' : `${discrepancies.length} discrepancies`;
  return [
    ...lines,
    `${wallets} wallets with ${credits} credits against ${entries} ledger entries: ${verdict}, drift ${drift}`,
    '',
  ].join('\n');
}
