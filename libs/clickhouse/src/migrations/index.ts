import { migration0001 } from './0001-records';
import { migration0002 } from './0002-record-versions';
import { migration0003 } from './0003-record-lookups';
import { migration0005 } from './0005-erasures';
import { type Migration } from './migration';

export const MIGRATIONS: readonly Migration[] = [migration0001, migration0002, migration0003, migration0005];
