/** What runs the product in containers agrees with itself and with what the services read. */
import { createComposeCheck, createDockerfilesCheck } from '@bigdata/deploy';
import { ROOT } from './workspace';

it.each([createComposeCheck({ root: ROOT }), createDockerfilesCheck({ root: ROOT })])(
  '$name: $about',
  async ({ run }) => {
    expect(await run()).toMatchObject({ kind: 'passed' });
  },
);
