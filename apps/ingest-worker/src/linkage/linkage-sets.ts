/** The record-linkage sets of the corpus: records of which it is known which are of one person or company. */
import { type RecordFieldName } from '@bigdata/models';

export interface LinkageSet {
  readonly name: string;
  /** In the folder `record-linkage`, loaded into one dataset. */
  readonly files: readonly string[];
  /** Country and mapping are those of the job that loads the files. */
  readonly country: string;
  readonly mapping: Readonly<Record<string, RecordFieldName>>;
  /** Columns that tell the truth, and row numbers: emptied before a row is read. */
  readonly truthColumns: readonly string[];
  /** Cells of the truth columns → the same text for records of one person or company. */
  readonly toCluster: (cells: readonly string[]) => string;
  /** File that gives the cluster, as CLUSTER_ID, for the cells of the truth columns. */
  readonly keyFile?: string;
  /** Columns with an id of the person or company: they may be an `attribute:` rule. */
  readonly idColumns: readonly string[];
}

const firstCell = ([cell = '']: readonly string[]): string => cell;

/** rec-12-org and rec-12-dup-0 are one person. */
const febrl = (name: string, idColumns: readonly string[] = []): LinkageSet => ({
  name: [name, ...idColumns].join(' + '),
  files: [`${name}.csv`],
  country: 'AU',
  mapping: { address_1: 'address' },
  truthColumns: ['rec_id'],
  toCluster: (cells) => firstCell(cells).split('-')[1] ?? '',
  idColumns,
});

const splink = (name: string, mapping: LinkageSet['mapping']): LinkageSet => ({
  name,
  files: [`${name}.csv`],
  country: 'GB',
  mapping,
  truthColumns: ['cluster', 'unique_id'],
  toCluster: firstCell,
  idColumns: [],
});

const senzing = (name: string, files: readonly string[], idColumns: readonly string[] = []): LinkageSet => ({
  name: `senzing ${name}`,
  files: files.map((file) => `senzing/${file}.csv`),
  country: 'US',
  mapping: {
    PRIMARY_NAME_FULL: 'full_name',
    PRIMARY_NAME_ORG: 'company',
    PRIMARY_NAME_LAST: 'last_name',
    PRIMARY_NAME_FIRST: 'first_name',
    PRIMARY_NAME_MIDDLE: 'middle_name',
    EMAIL_ADDRESS: 'email',
    PHONE_NUMBER: 'phone',
    ADDR_LINE1: 'address',
    ADDR_CITY: 'city',
    ADDR_STATE: 'region',
    ADDR_POSTAL_CODE: 'postal_code',
    ADDR_COUNTRY: 'country',
  },
  truthColumns: ['DATA_SOURCE', 'RECORD_ID'],
  toCluster: (cells) => cells.join(' '),
  keyFile: 'senzing/actual_truthset_key.csv',
  idColumns,
});

export const LINKAGE_SETS: readonly LinkageSet[] = [
  febrl('febrl1'),
  febrl('febrl1', ['soc_sec_id']),
  febrl('febrl3'),
  febrl('febrl3', ['soc_sec_id']),
  splink('splink-fake-1000', {}),
  splink('splink-historical-a', { postcode_fake: 'postal_code', birth_place: 'city' }),
  {
    name: 'dedupe-chicago-sites',
    files: ['dedupe-chicago-sites-true-ids.csv'],
    country: 'US',
    mapping: { 'Site name': 'company' },
    truthColumns: ['True Id', 'Id'],
    toCluster: firstCell,
    idColumns: [],
  },
  senzing('customers', ['customers']),
  senzing('reference', ['reference']),
  senzing('watchlist', ['watchlist']),
  senzing('all', ['customers', 'reference', 'watchlist']),
  senzing(
    'all + ids',
    ['customers', 'reference', 'watchlist'],
    ['PASSPORT_NUMBER', 'DRIVERS_LICENSE_NUMBER', 'SSN_NUMBER', 'NATIONAL_ID_NUMBER'],
  ),
  {
    name: 'restaurants-nophone',
    files: ['restaurants-nophone.csv'],
    country: 'US',
    mapping: { name: 'company' },
    truthColumns: ['unique_id'],
    toCluster: firstCell,
    idColumns: [],
  },
];
