/** From the configuration to what jobs may read: a client for what is switched on, null for what is not. */
import { lookup } from 'node:dns/promises';
import { readFile } from 'node:fs/promises';
import { getCACertificates } from 'node:tls';
import { ConfigError, type ConfigOf, isPublicAddress, type Lifecycle } from '@bigdata/platform';
import { type sourceSettings } from '../config';
import { createHostList } from './host-list';
import { openHttpsClient } from './https-client';
import { type SourceAccess } from './open-source';
import { RESUME_POLICY } from './resume-read';
import { openS3Client } from './s3-client';

type SourceConfig = ConfigOf<typeof sourceSettings>;

const CONNECT_TIMEOUT_MS = 5_000;
/** Stores that fetch an object from afar take their time before the first byte. */
const HEAD_TIMEOUT_MS = 30_000;

/**
 * @param connectionsMax to one S3 store
 * @throws ConfigError for settings that do not go together
 */
export async function openSourceAccess(
  config: SourceConfig,
  connectionsMax: number,
  life: Pick<Lifecycle, 'use'>,
): Promise<SourceAccess> {
  const ca = config.httpsCaFile === null ? null : await readAuthorities(config.httpsCaFile);
  return {
    folders: { inbox: config.inboxDir, fileRoots: config.fileRoots ?? [] },
    s3: openS3(config, ca, connectionsMax, life),
    https: openHttps(config, ca, life),
  };
}

function openS3(
  config: SourceConfig,
  ca: readonly string[] | null,
  connectionsMax: number,
  life: Pick<Lifecycle, 'use'>,
): SourceAccess['s3'] {
  const { s3Buckets: buckets, s3AccessKeyId: accessKeyId, s3SecretAccessKey: secretAccessKey } = config;
  if ((accessKeyId === null) !== (secretAccessKey === null)) {
    throw new ConfigError(['S3_ACCESS_KEY_ID and S3_SECRET_ACCESS_KEY go together']);
  }
  if (buckets === null || buckets.length === 0) return null;
  const client = openS3Client({
    endpoint: config.s3Endpoint,
    region: config.s3Region,
    forcePathStyle: config.s3ForcePathStyle ?? config.s3Endpoint !== null,
    credentials: accessKeyId !== null && secretAccessKey !== null ? { accessKeyId, secretAccessKey } : null,
    ca,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    headTimeoutMs: HEAD_TIMEOUT_MS,
    connectionsMax,
  });
  life.use('s3', client, (opened) => opened.close());
  return { client, buckets, policy: RESUME_POLICY };
}

function openHttps(
  config: SourceConfig,
  ca: readonly string[] | null,
  life: Pick<Lifecycle, 'use'>,
): SourceAccess['https'] {
  const { httpsHosts: hosts, httpsBytesMax: bytesMax } = config;
  const listed = hosts !== null && hosts.length > 0;
  if (!config.httpsSources && !listed) return null;
  const client = openHttpsClient({
    allowsHost: listed ? createHostList(hosts) : () => true,
    allowsAddress: isPublicAddress,
    resolve: (host) => lookup(host, { all: true }),
    ca,
    connectTimeoutMs: CONNECT_TIMEOUT_MS,
    headTimeoutMs: HEAD_TIMEOUT_MS,
  });
  life.use('https', client, (opened) => opened.close());
  return { client, bytesMax, policy: RESUME_POLICY };
}

/** The system's certificate authorities and those of the file. */
async function readAuthorities(file: string): Promise<readonly string[]> {
  try {
    return [...getCACertificates('default'), await readFile(file, 'utf8')];
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ConfigError([`HTTPS_CA_FILE cannot be read: ${reason}`]);
  }
}
