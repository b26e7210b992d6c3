import { AppError } from '@bigdata/models';
import { type Metrics } from '@bigdata/platform';
import { type Step } from '../chain/run-chain';

/**
 * Early 503 for what is too much for this process, rather than a late one for everybody: beyond `requestsMax` that are
 * being worked on, each further one would only make the others slower.
 */
export function createShedLoad(requestsMax: number, metrics: Metrics): Step {
  const shed = metrics.counter(
    'gateway_shed_requests_total',
    'Requests refused because too many were running',
  );
  const running = metrics.gauge('gateway_running_requests', 'Requests that are being worked on');
  let requests = 0;
  return async (_exchange, next) => {
    if (requests >= requestsMax) {
      shed.inc();
      throw new AppError('unavailable', { context: { running: requests } });
    }
    requests += 1;
    running.set(requests);
    try {
      await next();
    } finally {
      requests -= 1;
      running.set(requests);
    }
  };
}
