/** ClickHouse's HTTP interface, for statements that a benchmark times: as little around them as can be. */
import { Agent, request } from 'node:http';
import { text } from 'node:stream/consumers';

export type Settings = Readonly<Record<string, string | number>>;

export type ClickHouseHttp = {
  /** The answer as text; the last line end is dropped. Waits for as long as it takes. @throws Error with what the server says */
  readonly run: (sql: string, settings?: Settings) => Promise<string>;
  readonly rows: <Row>(sql: string, settings?: Settings) => Promise<Row[]>;
  readonly close: () => void;
};

/** @param url with user and password */
export const openClickHouseHttp = (url: string, database: string): ClickHouseHttp => {
  const { origin, username, password } = new URL(url);
  const agent = new Agent({ keepAlive: true });
  const headers = {
    'X-ClickHouse-User': decodeURIComponent(username),
    'X-ClickHouse-Key': decodeURIComponent(password),
  };
  const send = (parameters: URLSearchParams, sql: string): Promise<{ status: number; body: string }> =>
    new Promise((resolve, reject) => {
      request(`${origin}/?${parameters.toString()}`, { method: 'POST', agent, headers }, (answer) => {
        text(answer).then((body) => resolve({ status: answer.statusCode ?? 0, body }), reject);
      })
        .once('error', reject)
        .end(sql);
    });
  const run = async (sql: string, settings: Settings = {}): Promise<string> => {
    const parameters = new URLSearchParams({ database });
    for (const [name, value] of Object.entries(settings)) parameters.set(name, String(value));
    const { status, body } = await send(parameters, sql);
    if (status !== 200) throw new Error(`ClickHouse: HTTP ${status} ${body.slice(0, 2_000)}`);
    return body.replace(/\n$/, '');
  };
  return {
    run,
    async rows<Row>(sql: string, settings: Settings = {}) {
      const body = await run(`${sql} FORMAT JSONEachRow`, {
        output_format_json_quote_64bit_integers: 0,
        ...settings,
      });
      return body === '' ? [] : body.split('\n').map((line) => JSON.parse(line) as Row);
    },
    close: () => agent.destroy(),
  };
};
