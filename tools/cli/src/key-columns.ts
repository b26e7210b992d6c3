import { type Key, type Peppers } from '@bigdata/models';
import { type Column } from './output';

export const KEY_COLUMNS: readonly Column<Key>[] = [
  { title: 'KEY', value: (key) => key.id },
  { title: 'NAME', value: (key) => key.name },
  { title: 'SCOPES', value: (key) => key.scopes?.join(',') ?? 'all' },
  { title: 'CREATED', value: (key) => key.created_at },
  { title: 'LAST USED', value: (key) => key.last_used_at },
  { title: 'EXPIRES', value: (key) => key.expires_at },
  { title: 'REVOKED', value: (key) => key.revoked_at },
];

export const PEPPER_COLUMNS: readonly Column<Peppers['peppers'][number]>[] = [
  { title: 'PEPPER', value: ({ id }) => id ?? 'not written down' },
  { title: 'STATE', value: ({ state }) => state },
  { title: 'KEYS', value: ({ keys }) => keys, align: 'right' },
];
