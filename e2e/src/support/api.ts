/** The public API as a client without any of our code sees it. */
export interface Answer<T = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: T;
}

export interface Api {
  get<T>(path: string): Promise<Answer<T>>;
  post<T>(path: string, body: unknown, headers?: Record<string, string>): Promise<Answer<T>>;
  send<T>(method: string, path: string, init?: RequestInit): Promise<Answer<T>>;
  /** An answer that is no JSON. @throws Error unless it is 200 */
  text(path: string, init?: RequestInit): Promise<string>;
}

export function createApi(gatewayUrl: string, apiKey: string | null): Api {
  const call = (path: string, init: RequestInit): Promise<Response> => {
    const headers = new Headers(init.headers);
    if (apiKey !== null) headers.set('x-api-key', apiKey);
    return fetch(new URL(path, gatewayUrl), { ...init, headers });
  };
  const send = async <T>(method: string, path: string, init: RequestInit = {}): Promise<Answer<T>> => {
    const response = await call(path, { ...init, method });
    const text = await response.text();
    return { status: response.status, headers: response.headers, body: JSON.parse(text) as T };
  };
  return {
    send,
    text: async (path, init = {}) => {
      const response = await call(path, init);
      const text = await response.text();
      if (response.status !== 200) throw new Error(`${path} answers ${response.status}: ${text}`);
      return text;
    },
    get: (path) => send('GET', path),
    post: (path, body, headers = {}) =>
      send('POST', path, {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json', ...headers },
      }),
  };
}

export interface QueryBody {
  readonly data: Record<string, unknown>[];
  readonly page: { has_more: boolean; next_cursor: string | null };
  readonly count: { value: number; relation: string } | null;
}

export interface ProblemBody {
  readonly code: string;
  readonly detail: string;
  readonly request_id: string;
  readonly errors?: { pointer: string; hint?: string }[];
}

export interface JobBody {
  readonly id: string;
  /** Of two loads of one dataset the one with the greater number is the later one. */
  readonly load_number: number;
  readonly state: string;
  readonly source: string;
  readonly dataset: string;
  readonly format: string | null;
  readonly attempts: number;
  readonly finished_at: string | null;
  readonly progress: { rows_read: number; rows_loaded: number; rows_rejected: number };
  readonly undo: { state: string } | null;
  readonly sealed_at: string | null;
  readonly result: {
    rows_read: number;
    rows_loaded: number;
    rows_rejected: number;
    records_new: number;
    records_merged: number;
  } | null;
  readonly error: { code: string; detail: string } | null;
}

/** Every item of a list, page by page. @param path without `limit` and `cursor` */
export async function readAll<T>(api: Api, path: string): Promise<T[]> {
  const items: T[] = [];
  let cursor: string | null = null;
  do {
    const page: URLSearchParams = new URLSearchParams({
      limit: '1000',
      ...(cursor === null ? {} : { cursor }),
    });
    const joint = path.includes('?') ? '&' : '?';
    const { status, body } = await api.get<{ data: T[]; page: { next_cursor: string | null } }>(
      `${path}${joint}${page.toString()}`,
    );
    if (status !== 200) throw new Error(`${path} answers ${status}: ${JSON.stringify(body)}`);
    items.push(...body.data);
    cursor = body.page.next_cursor;
  } while (cursor !== null);
  return items;
}

interface CreatedUser {
  readonly user: { id: string };
  readonly key: { id: string; api_key: string };
}

/** A user with a wallet of its own, so that tests do not see each other's credits. */
export async function createUser(
  admin: Api,
  username: string,
  credits: number,
  terms: object = {},
): Promise<{ id: string; keyId: string; apiKey: string }> {
  const { status, body } = await admin.post<CreatedUser>('/v1/admin/users', { username, credits, terms });
  if (status !== 201) throw new Error(`the user was not created: ${status} ${JSON.stringify(body)}`);
  return { id: body.user.id, keyId: body.key.id, apiKey: body.key.api_key };
}
