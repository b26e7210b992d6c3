/** A client of Redis Cluster, which asks each key's own node and follows when a replica takes over. */
import { ConfigError, Secret } from '@bigdata/platform';
import { Cluster, type ClusterOptions } from 'ioredis';

export interface ClusterClientOptions extends Pick<
  ClusterOptions,
  'clusterRetryStrategy' | 'enableOfflineQueue' | 'scripts'
> {
  /** Of the connection to each node. */
  readonly nodes: Omit<NonNullable<ClusterOptions['redisOptions']>, 'replyMapping'>;
}

/**
 * @param url of any node, with what all of them take as user and password
 * @throws ConfigError when it names a logical database: a cluster has the first alone
 */
export function connectCluster(url: Secret | string, { nodes, ...options }: ClusterClientOptions): Cluster {
  const { protocol, hostname, port, username, password, pathname } = new URL(
    url instanceof Secret ? url.reveal() : url,
  );
  if (!['', '/', '/0'].includes(pathname)) {
    throw new ConfigError(['REDIS_URL names a database, which Redis Cluster does not have']);
  }
  return new Cluster([{ host: hostname.replaceAll(/[[\]]/g, ''), port: Number(port || 6379) }], {
    ...options,
    // Names stay names, because certificates are made out to them.
    dnsLookup: (address, callback) => callback(null, address),
    redisOptions: {
      ...nodes,
      ...(username && { username: decodeURIComponent(username) }),
      ...(password && { password: decodeURIComponent(password) }),
      ...(protocol === 'rediss:' && { tls: {} }),
    },
  });
}
