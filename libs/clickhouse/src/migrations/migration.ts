/** A numbered step of the ClickHouse schema. Frozen once landed: its checksum is kept beside its number. */
export interface Migration {
  readonly id: number;
  readonly name: string;
  /** Each must be harmless when repeated (IF NOT EXISTS …): ClickHouse has no transaction around them. */
  readonly statements: readonly string[];
}
