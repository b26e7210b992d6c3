import { findReplicaProblems } from './check-clickhouse-cluster';

const at = (replica: number, table = 'records_local', path = '/tables/a/1') => ({
  table,
  zookeeper_path: path,
  replica_name: String(replica),
  total_replicas: replica,
});

test('two replicas of each table, registered one after the other, are what is wanted', () => {
  expect(findReplicaProblems(['records_local'], [[at(1)], [at(2)]])).toEqual([]);
});

test.each([
  [
    'a table that one of them does not replicate',
    [[at(1)], []],
    'replica 2 has no replicated table records_local',
  ],
  [
    'another place in the keeper',
    [[at(1)], [at(2, 'records_local', '/tables/b/1')]],
    'records_local lies in several places of the keeper',
  ],
  ['a second that is no second', [[at(1)], [at(1)]], 'records_local is replica 1 at 2'],
  [
    'a table of its own',
    [[at(1)], [{ ...at(2), total_replicas: 1 }]],
    'records_local has 1 replicas when 2 made it',
  ],
])('%s is told', (_, registered, problem) => {
  expect(findReplicaProblems(['records_local'], registered)).toContain(problem);
});
