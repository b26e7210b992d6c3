/** One hostile text in every place of a request that takes text. */
import { insertRows } from './stored-row';
import { type TestService } from './test-service';

/** None of the texts is the value of any of these: whoever finds one has got past the filter. */
export async function insertVictims({ clickhouse }: TestService): Promise<void> {
  await insertRows(
    clickhouse,
    ['a', 'b'].map((letter) => ({
      key: letter.repeat(16),
      dataset: `victims-${letter}`,
      email: `${letter}@victims.example`,
      full_name: `Victim ${letter}`,
      region: 'Nowhere',
      country: 'AQ',
      attributes: { tier: 'victim' },
    })),
  );
}

export function hostileRequests(payload: string): unknown[] {
  const eq = (field: string, value: string = payload) => ({ where: { field, op: 'eq', value } });
  const list = (field: string) => ({ where: { field, op: 'in', value: [payload, 'nothing'] } });
  // Places that take any text share one query: a record found by one of them is found by all of them together.
  const anyText = [
    eq('region'),
    list('region'),
    eq('attributes.tier'),
    list('attributes.tier'),
    eq(`attributes.${payload}`),
    eq(`attributes.${payload}`, 'victim'),
    { where: { and: [eq('country', 'AQ').where, eq('region').where] } },
  ];
  return [
    { where: { or: anyText.map(({ where }) => where) } },
    eq('dataset'),
    eq('full_name'),
    eq('email'),
    eq('phone'),
    eq('record_id'),
    eq(payload, 'victim'),
    { where: { field: 'dataset', op: payload, value: 'victim' } },
    { where: eq('dataset', 'victims-a').where, cursor: payload },
    { select: [payload] },
  ];
}

/** Requests that were neither refused with a 4xx nor answered with no record at all. */
export async function strayAnswers(service: TestService, requests: readonly unknown[]): Promise<unknown[]> {
  const answers = await Promise.all(
    requests.map(async (request) => ({ request, answer: await service.query(request) })),
  );
  return answers
    .filter(({ answer: { status, body } }) => {
      if (status !== 200) return status < 400 || status > 499;
      return (body as { data: unknown[] }).data.length > 0;
    })
    .map(({ request, answer: { status, body } }) => ({ request, status, body }));
}
