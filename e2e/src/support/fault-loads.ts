/** Small loads that tell of the same people, and what must come of them. Pure. */
import { makePerson, NOBODY, type Person } from './people';
import { type JobBody } from './api';
import { type Random } from './random';
import { toCsv } from './write-people';

export interface FaultLoad {
  readonly name: string;
  readonly dataset: string;
  readonly people: readonly Person[];
  readonly content: string;
}

const DATASETS = ['north', 'south', 'west'];
/** Few, so that nearly every load meets people whom others brought. */
const PEOPLE = 500;

/** A third of them are of several ranges where a range is 16 KiB. */
export function makeLoads(count: number, random: Random): FaultLoad[] {
  return Array.from({ length: count }, (_, number) => {
    const rows = random.chance(1 / 3) ? random.int(450, 900) : random.int(20, 80);
    const people = Array.from({ length: rows }, () =>
      random.chance(0.03) ? NOBODY : makePerson(random.int(0, PEOPLE - 1), random),
    );
    return { name: `load-${number}.csv`, dataset: random.pick(DATASETS), people, content: toCsv(people) };
  });
}

const known = ({ people }: FaultLoad): Person[] => people.filter((person) => person !== NOBODY);
export const addressesOf = (load: FaultLoad): Set<string> => new Set(known(load).map(({ email }) => email));

export interface EndedLoad {
  readonly load: FaultLoad;
  readonly job: JobBody;
}

/** Address → person, of one dataset: the last word on each field counts, in the order in which the jobs were made. */
export function mergeLoads(ended: readonly EndedLoad[]): Map<string, Person> {
  const merged = new Map<string, Person>();
  for (const { load } of [...ended].sort((a, b) => a.job.load_number - b.job.load_number)) {
    for (const person of known(load)) {
      const said = Object.fromEntries(Object.entries(person).filter(([, value]) => value !== ''));
      merged.set(person.email, { ...(merged.get(person.email) ?? NOBODY), ...said });
    }
  }
  return merged;
}

/** Job → the counts it must have. What is new depends on who came to its end first. */
export function expectedCounts(ended: readonly EndedLoad[]): Map<string, object> {
  const met = new Map<string, Set<string>>();
  const inOrder = [...ended].sort(
    (a, b) => Date.parse(a.job.finished_at ?? '') - Date.parse(b.job.finished_at ?? ''),
  );
  return new Map(
    inOrder.map(({ load, job }) => {
      const before = met.get(load.dataset) ?? new Set();
      const fresh = [...addressesOf(load)].filter((address) => !before.has(address));
      met.set(load.dataset, new Set([...before, ...fresh]));
      const loaded = known(load).length;
      const counts = {
        rows_read: load.people.length,
        rows_loaded: loaded,
        rows_rejected: load.people.length - loaded,
        records_new: fresh.length,
        records_merged: loaded - fresh.length,
      };
      return [job.id, counts];
    }),
  );
}
