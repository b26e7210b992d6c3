/** What is counted of the outboxes. */
import { type Metrics } from '@bigdata/platform';
import { type OutboxEvents } from './outbox';

const OUTBOXES = ['request log', 'settlements'] as const;
export type OutboxName = (typeof OUTBOXES)[number];

export function createOutboxMetrics(metrics: Metrics): (name: OutboxName) => OutboxEvents {
  const outbox = OUTBOXES;
  const items = metrics.gauge('gateway_outbox_items', 'Items that wait for delivery', { outbox });
  const lost = metrics.counter(
    'gateway_outbox_lost_items_total',
    'Items that were given up: the outbox was full, or admin-service refused them for good',
    { outbox },
  );
  const batches = metrics.counter('gateway_outbox_batches_total', 'Batches sent, by what became of them', {
    outbox,
    outcome: ['taken', 'failed'],
  });
  return (name) => ({
    onSize: (size) => items.set({ outbox: name }, size),
    onLost: (count) => lost.inc({ outbox: name }, count),
    onBatch: (outcome) => batches.inc({ outbox: name, outcome }),
  });
}
