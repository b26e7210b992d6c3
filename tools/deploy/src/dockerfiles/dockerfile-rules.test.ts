import { workspaceRoot } from '@bigdata/stack';
import { readDockerfileFacts } from './check-dockerfiles';
import { findDockerfileProblems } from './dockerfile-rules';

const FACTS = readDockerfileFacts(workspaceRoot());

const problemsOf = (service: string, pattern: string, replacement: string): readonly string[] => {
  const text = FACTS.dockerfiles[service] ?? '';
  if (!text.includes(pattern)) throw new Error(`"${pattern}" is not in the Dockerfile of ${service}`);
  return findDockerfileProblems({
    ...FACTS,
    dockerfiles: { ...FACTS.dockerfiles, [service]: text.replace(pattern, replacement) },
  });
};

it('holds for the files as they are', () => {
  expect(findDockerfileProblems(FACTS)).toEqual([]);
});

it.each([
  ['a step that only one image has', 'WORKDIR /src\nCOPY . .', 'WORKDIR /src\nRUN id\nCOPY . .', 'differ'],
  ['scripts of packages', ' --ignore-scripts', '', 'without scripts'],
  ['another service', 'bundle.mjs apps/gateway ', 'bundle.mjs apps/admin-service ', 'its own service'],
  ['a base of its own', 'FROM ${BASE_IMAGE}', 'FROM debian', 'the base that is asked for'],
  ['a user by name', 'USER 10001:10001', 'USER node', 'a user by number'],
  ['a health check by a shell', 'CMD ["node", "healthcheck.js"]', 'CMD node healthcheck.js', 'health check'],
  ['a shell between', 'CMD ["main.js"]', 'CMD main.js', 'starts without a shell'],
  ['another signal', 'STOPSIGNAL SIGTERM', 'STOPSIGNAL SIGINT', 'stopped by SIGTERM'],
  ['packages in the image', 'USER 10001', 'RUN apt-get install curl\nUSER 10001', 'runs or fetches'],
])('finds %s', (_what, pattern, replacement, problem) => {
  expect(problemsOf('gateway', pattern, replacement).join('\n')).toContain(problem);
});

it('finds another Node than the one that is locked', () => {
  const problems = findDockerfileProblems({ ...FACTS, nodeVersion: '99.0.0' });
  expect(problems.join('\n')).toContain('builds with Node 99.0.0');
});
