import { findWorkflowProblems } from './workflow-rules';

const SOUND = `
permissions:
  contents: read
jobs:
  test:
    timeout-minutes: 10
    steps:
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - run: npm test
  publish:
    timeout-minutes: 10
    permissions:
      packages: write
    steps:
      - run: echo "$GITHUB_REF_NAME"
`;

it('has nothing against a sound one', () => {
  expect(findWorkflowProblems(SOUND, ['publish'])).toEqual([]);
});

it.each<[string, string, string, string]>([
  [
    'an action is named by a tag',
    '@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1',
    '@v7',
    'names no commit',
  ],
  ['a commit has no release beside it', ' # v7.0.1', '', 'names no commit'],
  ['every job may write', 'contents: read', 'contents: write', 'every job may write contents'],
  ['a job may run for ever', '    timeout-minutes: 10\n    steps:', '    steps:', 'test may run for ever'],
  ['a token stays in the clone', 'persist-credentials: false', 'fetch-depth: 1', 'leaves its token'],
  [
    'a title is run as a script',
    'run: npm test',
    'run: echo "${{ github.event.pull_request.title }}"',
    'text of the event',
  ],
])('finds that %s', (_what, text, replacement, problem) => {
  expect(findWorkflowProblems(SOUND.replace(text, replacement), ['publish']).join('\n')).toContain(problem);
});

it('lets only those jobs write that publish', () => {
  expect(findWorkflowProblems(SOUND, [])).toEqual(['publish may write packages']);
});

it('refuses a workflow that leaves its permissions to the defaults', () => {
  expect(() => findWorkflowProblems(SOUND.replace('permissions:\n  contents: read\n', ''), [])).toThrow(
    'permissions',
  );
});
