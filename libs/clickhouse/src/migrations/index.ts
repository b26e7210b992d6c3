import { migration0001 } from './0001-records';
import { type Migration } from './migration';

export const MIGRATIONS: readonly Migration[] = [migration0001];
