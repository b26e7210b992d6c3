/** Server-sent events, as the public API gives them. */
import { type Api, type JobBody } from './api';

export interface JobEvent {
  readonly event: string;
  readonly data: JobBody;
}

/** Follows a job until the server ends the stream. */
export async function followJob(admin: Api, id: string): Promise<JobEvent[]> {
  const text = await admin.text(`/v1/admin/ingest/jobs/${id}/events`, {
    headers: { accept: 'text/event-stream' },
  });
  return text.split('\n\n').flatMap((block) => {
    const field = (name: string): string | undefined => new RegExp(`^${name}: ?(.*)$`, 'm').exec(block)?.[1];
    const [event, data] = [field('event'), field('data')];
    return event === undefined || data === undefined ? [] : [{ event, data: JSON.parse(data) as JobBody }];
  });
}
