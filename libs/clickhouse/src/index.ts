export { classifyError } from './classify-error';
export { ERASABLE_TABLES, HIDING_SETTINGS, NOTHING_PENDING_FOR_MS, PENDING_TABLES } from './erasable-tables';
export { createDatabase, type MigrationStatus, migrateUp, migrationStatus } from './migrate';
export { type ClickHouse, type ClickHouseOptions, openClickHouse } from './open-clickhouse';
