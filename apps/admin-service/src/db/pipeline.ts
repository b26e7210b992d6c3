/**
 * A connection as kysely sees it. Statements that are sent ahead cost no wait of their own: the next one goes out behind
 * them, and is answered after them. The driver's pipeline mode keeps them apart, PostgreSQL takes them in order.
 */
import { type PostgresPoolClient } from 'kysely';
import { DatabaseError, type PoolClient } from 'pg';
import { fromDriver } from './postgres-errors';
import { markOf } from './prepared';

/** As much of an answer as kysely reads. */
interface Answer {
  readonly command: string;
  readonly rowCount: number | null;
  readonly rows: unknown[];
}

/** What a statement that is sent ahead seems to answer. */
const NO_ANSWER: Answer = { command: '', rowCount: 0, rows: [] };

/** As kysely begins a transaction and ends it. */
const BEGIN = 'begin';
const COMMIT = 'commit';
const ROLLBACK = 'rollback';

/** @param prepare whether the server keeps statements; see `prepared` */
export function openPipeline(client: PoolClient, prepare: boolean): PostgresPoolClient {
  let broken = false;
  /** `begin` was asked for and not sent yet: it goes ahead only of a statement that is sent ahead itself. */
  let begins = false;
  /** How each of the statements that were sent ahead in this transaction has failed, or null. */
  let ahead: Promise<Error | null>[] = [];
  // A connection that breaks between two statements of a transaction: the next statement says so.
  const onError = (): void => {
    broken = true;
  };
  client.on('error', onError);

  const send = (text: string, name: string | undefined, parameters: readonly unknown[]): Promise<Answer> =>
    name && prepare
      ? client.query({ name, text, values: [...parameters] })
      : client.query(text, [...parameters]);
  const sendAhead = (sent: Promise<Answer>): void => {
    ahead.push(
      sent.then(
        () => null,
        (error: unknown) => (error instanceof Error ? error : new Error(String(error))),
      ),
    );
  };
  /** Of several failures the first one is told: those behind it only say that the transaction has failed. */
  const answered = async (sent: Promise<Answer>): Promise<Answer> => {
    const [failures, answer] = await Promise.all([Promise.all(ahead), settled(sent)]);
    const failure = failures.find((error) => error !== null);
    if (failure) throw failure;
    if ('error' in answer) throw answer.error;
    return answer.value;
  };

  const query = async (text: string, parameters: readonly unknown[]): Promise<Answer> => {
    if (text === BEGIN) {
      begins = true;
      return NO_ANSWER;
    }
    const mark = markOf(text);
    try {
      if (begins) {
        begins = false;
        if (mark.ahead) sendAhead(send(BEGIN, undefined, []));
        else await send(BEGIN, undefined, []);
      }
      const sent = send(text, mark.name, parameters);
      if (mark.ahead) {
        sendAhead(sent);
        return NO_ANSWER;
      }
      return await (text === ROLLBACK ? sent : answered(sent));
    } catch (error) {
      // What did not come from the server leaves the connection in an unknown state.
      if (!(error instanceof DatabaseError)) broken = true;
      throw fromDriver(error);
    } finally {
      if (text === COMMIT || text === ROLLBACK) ahead = [];
    }
  };
  const release = (destroy?: boolean): void => {
    client.off('error', onError);
    client.release(broken || destroy === true || ahead.length > 0);
  };
  // The other overload of `query` takes cursors, which kysely makes only when it was given a cursor class.
  return { query: query as PostgresPoolClient['query'], release };
}

type Settled<T> = { readonly value: T } | { readonly error: unknown };

function settled<T>(work: Promise<T>): Promise<Settled<T>> {
  return work.then(
    (value) => ({ value }),
    (error: unknown) => ({ error }),
  );
}
