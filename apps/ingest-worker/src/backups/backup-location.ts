/**
 * Where ClickHouse itself writes a backup, and how a statement says so. Pure.
 *
 *   file:///PATH        a folder of ClickHouse's machine (backups.allowed_path), which this process can reach too
 *   disk://DISK[/PATH]  a disk of ClickHouse's configuration (backups.allowed_disk)
 *   s3://BUCKET/PATH    an S3 store, with the S3_ settings
 */
import { type Secret } from '@bigdata/platform';

export type BackupLocation =
  | { readonly kind: 'file'; readonly path: string }
  | { readonly kind: 'disk'; readonly disk: string; readonly path: string }
  | { readonly kind: 's3'; readonly bucket: string; readonly path: string };

export interface BackupStoreAccess {
  /** Null: AWS. */
  readonly endpoint: URL | null;
  readonly region: string;
  /** Null: what ClickHouse's own machine has. */
  readonly credentials: { readonly accessKeyId: string; readonly secretAccessKey: Secret } | null;
}

const LOCATION = /^(file|disk|s3):\/\/([^/?#]*)(?:\/([^?#]*))?$/;

/** @throws Error when the text is no such location */
export function parseBackupLocation(text: string): BackupLocation {
  const [, kind, host = '', rest = ''] = LOCATION.exec(text) ?? [];
  const path = rest.replace(/\/+$/, '');
  if (path.split('/').includes('..')) throw new Error(`${text} leads out of itself`);
  if (kind === 'file' && host === '' && path !== '') return { kind, path: `/${path}` };
  if (kind === 'disk' && host !== '') return { kind, disk: host, path };
  if (kind === 's3' && host !== '') return { kind, bucket: host, path };
  throw new Error(`${text} is none of file:///PATH, disk://DISK/PATH, s3://BUCKET/PATH`);
}

export function formatBackupLocation(location: BackupLocation): string {
  switch (location.kind) {
    case 'file':
      return `file://${location.path}`;
    case 'disk':
      return `disk://${location.disk}/${location.path}`;
    case 's3':
      return `s3://${location.bucket}/${location.path}`;
  }
}

export function locationBelow<T extends BackupLocation>(location: T, name: string): T {
  return { ...location, path: location.path === '' ? name : `${location.path}/${name}` };
}

/** For `BACKUP … TO` and `RESTORE … FROM`. ClickHouse hides what is secret in it from its logs. */
export function toBackupTarget(location: BackupLocation, access: BackupStoreAccess): string {
  switch (location.kind) {
    case 'file':
      return call('File', location.path);
    case 'disk':
      return call('Disk', location.disk, location.path);
    case 's3': {
      const { endpoint, region, credentials } = access;
      const { bucket, path } = location;
      const url = endpoint
        ? `${endpoint.href.replace(/\/+$/, '')}/${bucket}/${path}`
        : `https://${bucket}.s3.${region}.amazonaws.com/${path}`;
      if (credentials === null) return call('S3', url);
      return call('S3', url, credentials.accessKeyId, credentials.secretAccessKey.reveal());
    }
  }
}

function call(name: string, ...args: readonly string[]): string {
  return `${name}(${args.map((arg) => `'${arg.replace(/[\\']/g, '\\$&')}'`).join(', ')})`;
}
