import { answerEnded, type Exchange } from '../chain/exchange';
import { type KeptAnswer } from './kept-answer';

/** Answers a retry with what the first request was answered. */
export async function sendKeptAnswer(exchange: Exchange, answer: KeptAnswer): Promise<void> {
  const { response } = exchange;
  exchange.rows = answer.rows;
  exchange.rowsTold = true;
  exchange.bytes = answer.body.length;
  response.setHeader('Idempotency-Replayed', 'true');
  response.writeHead(answer.status, { ...answer.headers, 'content-length': String(answer.body.length) });
  response.end(answer.body);
  exchange.delivered = await answerEnded(response);
}
