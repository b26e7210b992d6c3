/** What the creator of a job may say about a file, where the file alone does not tell, or tells otherwise. */
export interface FormatHints {
  readonly kind?: 'csv' | 'ndjson' | 'json' | 'xml';
  /** CSV: one ASCII character each; `quote` null for a file without quoting. */
  readonly delimiter?: string;
  readonly quote?: string | null;
  readonly hasHeader?: boolean;
  /** JSON: names that lead to the array of records. */
  readonly path?: readonly string[];
  /** XML: name of the element that is a record. */
  readonly element?: string;
  /** Zip: name of the file in it. */
  readonly member?: string;
}

/** The first bytes of the text. */
export interface Head {
  readonly text: Buffer;
  /** Whether that is all of it. */
  readonly complete: boolean;
  /** Of the file: its endings tell what its content leaves open. */
  readonly name: string;
}
