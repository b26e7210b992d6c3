import { Secret } from '@bigdata/platform';
import {
  type BackupStoreAccess,
  formatBackupLocation,
  locationBelow,
  parseBackupLocation,
  toBackupTarget,
} from './backup-location';

const aws: BackupStoreAccess = { endpoint: null, region: 'eu-west-1', credentials: null };
const own: BackupStoreAccess = {
  endpoint: new URL('http://minio:9000/'),
  region: 'eu-west-1',
  credentials: { accessKeyId: 'key', secretAccessKey: new Secret("it's") },
};
const target = (text: string, access = aws): string =>
  toBackupTarget(locationBelow(parseBackupLocation(text), 'one'), access);

test('every kind of place has its statement', () => {
  expect(target('file:///var/backups/')).toBe("File('/var/backups/one')");
  expect(target('disk://backups')).toBe("Disk('backups', 'one')");
  expect(target('disk://backups/nightly')).toBe("Disk('backups', 'nightly/one')");
  expect(target('s3://bucket/a')).toBe("S3('https://bucket.s3.eu-west-1.amazonaws.com/a/one')");
  expect(target('s3://bucket', own)).toBe("S3('http://minio:9000/bucket/one', 'key', 'it\\'s')");
});

test('a place reads the same after it was written down', () => {
  for (const text of ['file:///var/backups', 'disk://backups/a', 's3://bucket/a/b']) {
    expect(formatBackupLocation(parseBackupLocation(text))).toBe(text);
  }
});

test.each([
  '',
  '/var/backups',
  'file://host/path',
  'file:///',
  'disk://',
  's3:///a',
  'file:///a/../b',
  'https://a/b',
])('%j is refused', (text) => {
  expect(() => parseBackupLocation(text)).toThrow();
});
