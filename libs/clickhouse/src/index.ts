export { classifyError } from './classify-error';
export { createDatabase, type MigrationStatus, migrateUp, migrationStatus } from './migrate';
export { type ClickHouse, type ClickHouseOptions, openClickHouse } from './open-clickhouse';
