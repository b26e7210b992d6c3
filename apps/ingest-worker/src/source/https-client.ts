/**
 * GET over https for addresses that strangers chose. Names are resolved here, every address is judged, and the
 * connection goes to the very addresses that were judged: a name that resolves anew to something else (rebinding)
 * is never asked twice. Redirects are followed by hand, so that each hop is judged like the first.
 */
import { type LookupAddress } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { type Readable } from 'node:stream';
import { AppError, httpsSourceSchema } from '@bigdata/models';
import { Agent } from 'undici';
import { JobFailure } from '../jobs/job-failure';
import { chainOf, codeOf, isError } from './error-codes';

export interface HttpsClientOptions {
  /** By name, in lower case and without a dot at the end. */
  readonly allowsHost: (host: string) => boolean;
  /** By numeric address: `isPublicAddress` everywhere but in tests. */
  readonly allowsAddress: (address: string) => boolean;
  /** All addresses of a name. */
  readonly resolve: (host: string) => Promise<readonly LookupAddress[]>;
  /** Certificate authorities, PEM; null: the system's. */
  readonly ca: readonly string[] | null;
  readonly connectTimeoutMs: number;
  /** Until the head of an answer has arrived. */
  readonly headTimeoutMs: number;
}

export interface HttpsAnswer {
  readonly status: number;
  /** Null when the header is missing or comes more than once. */
  header(name: string): string | null;
  readonly body: Readable;
  /** Ends it when nobody wants the body; the connection stays when there is little of it. */
  discard(): Promise<void>;
}

export interface HttpsClient {
  /**
   * @returns the first answer that is no redirect, whatever its status; its body has to be read or discarded
   * @throws JobFailure `source_not_allowed`, `source_not_found`, `source_unreadable`; AppError `unavailable`
   */
  get(url: URL, headers: Readonly<Record<string, string>>, signal: AbortSignal): Promise<HttpsAnswer>;
  /** From an error while a body is read. */
  toError(error: unknown): Error;
  close(): Promise<void>;
}

const REDIRECTS_MAX = 5;
/** Reading so much is cheaper than another handshake. */
const DISCARDED_BYTES_MAX = 16_384;
const REDIRECTS: ReadonlySet<number> = new Set([301, 302, 303, 307, 308]);

export function openHttpsClient(options: HttpsClientOptions): HttpsClient {
  const { allowsAddress, resolve, ca, connectTimeoutMs, headTimeoutMs } = options;

  const lookup: LookupFunction = (host, { all }, callback) => {
    const refuse = (error: NodeJS.ErrnoException | JobFailure): void => callback(error, '');
    resolve(host).then((addresses) => {
      const [first] = addresses;
      if (!first || !addresses.every(({ address }) => allowsAddress(address))) refuse(notAllowed());
      else if (all) callback(null, [...addresses]);
      else callback(null, first.address, first.family);
    }, refuse);
  };
  const agent = new Agent({
    allowH2: false,
    headersTimeout: headTimeoutMs,
    // A consumer that pauses is no reason to cut; who waits for a chunk watches the time.
    bodyTimeout: 0,
    connect: { lookup, timeout: connectTimeoutMs, ...(ca ? { ca: [...ca] } : {}) },
  });

  function check(url: URL): void {
    const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
    // A numeric host is connected to without being looked up.
    if (isIP(host) !== 0 && !allowsAddress(host)) throw notAllowed();
    if (!options.allowsHost(host)) {
      throw new JobFailure(
        'source_not_allowed',
        'The host is none that the worker may read from (HTTPS_HOSTS).',
      );
    }
  }

  async function request(
    url: URL,
    headers: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<HttpsAnswer> {
    check(url);
    try {
      const { origin, pathname, search } = url;
      const path = `${pathname}${search}`;
      const answer = await agent.request({ origin, path, method: 'GET', headers, signal });
      const header = (name: string): string | null => {
        const value = answer.headers[name];
        return typeof value === 'string' ? value : null;
      };
      const { statusCode: status, body } = answer;
      const discard = async (): Promise<void> => {
        const patience = AbortSignal.any([signal, AbortSignal.timeout(headTimeoutMs)]);
        await body.dump({ limit: DISCARDED_BYTES_MAX, signal: patience }).catch(() => undefined);
      };
      return { status, header, body, discard };
    } catch (error) {
      signal.throwIfAborted();
      throw toError(error);
    }
  }

  return {
    async get(source, headers, signal) {
      let url = source;
      for (let hops = 0; hops <= REDIRECTS_MAX; hops += 1) {
        const answer = await request(url, headers, signal);
        const location = answer.header('location');
        if (!REDIRECTS.has(answer.status) || location === null) return answer;
        await answer.discard();
        url = follow(location, url);
      }
      throw new JobFailure('source_unreadable', `The server redirects more than ${REDIRECTS_MAX} times.`);
    },
    toError,
    close: () => agent.destroy(),
  };
}

function follow(location: string, from: URL): URL {
  const target = URL.parse(location, from.href);
  if (target) target.hash = '';
  const parsed = httpsSourceSchema.safeParse(target?.href ?? '');
  if (parsed.success) return parsed.data;
  throw new JobFailure(
    'source_not_allowed',
    'The server redirects to what is no source (https://HOST/PATH).',
  );
}

function notAllowed(): JobFailure {
  return new JobFailure(
    'source_not_allowed',
    'The host is no public address, or one of its addresses is not.',
  );
}

/** Of names that do not exist. EAI_AGAIN is none: there the resolver is away. */
const UNKNOWN_HOST: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA']);
/** No certificate that can be trusted, or no TLS at all. */
const NOT_TRUSTED =
  /^(CERT_|ERR_TLS_|ERR_SSL_|UNABLE_TO_|SELF_SIGNED_|DEPTH_ZERO_|HOSTNAME_MISMATCH$|INVALID_CA$|EPROTO$)/;

function toError(error: unknown): Error {
  const chain = chainOf(error);
  const judged = chain.find((link) => link instanceof JobFailure || link instanceof AppError);
  if (judged) return judged;
  const code = codeOf(error);
  if (code === null) return isError(error) ? error : new Error('thrown by the https client');
  if (UNKNOWN_HOST.has(code)) return new JobFailure('source_not_found', 'There is no host of that name.');
  if (NOT_TRUSTED.test(code)) {
    return new JobFailure(
      'source_unreadable',
      `The server's certificate cannot be trusted (${code}). HTTPS_CA_FILE names further authorities.`,
    );
  }
  return new AppError('unavailable', { context: { system: 'https', code }, cause: error });
}
