export { classifyError, classifyErrorText } from './classify-error';
export { ERASABLE_TABLES, NOTHING_PENDING_FOR_MS, PENDING_TABLES } from './erasable-tables';
export {
  createDatabase,
  migrationChecksums,
  migrationStatements,
  type MigrationStatus,
  migrateUp,
  migrationStatus,
  verifyMigrations,
} from './migrate';
export { type ClickHouse, type ClickHouseOptions, openClickHouse } from './open-clickhouse';
export {
  type OpenedResult,
  openResultStreams,
  type ResultStreams,
  type ResultStreamsOptions,
} from './open-result-streams';
export { beginStatement, type BegunStatement, type StatementWork } from './statement-work';
export { nameTables, quoteName, type Tables } from './tables';
