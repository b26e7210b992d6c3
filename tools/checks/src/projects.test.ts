import { readFileSync } from 'node:fs';
import path from 'node:path';
import { listFiles, ROOT } from './workspace';

interface Manifest {
  readonly name: string;
  readonly nx?: { readonly tags?: readonly string[]; readonly targets?: Readonly<Record<string, unknown>> };
}

const manifests = listFiles(
  'apps/*/package.json',
  'libs/*/package.json',
  'tools/*/package.json',
  'e2e/package.json',
)
  .filter((file) => file.split('/').length <= 3)
  .map((file) => JSON.parse(readFileSync(path.join(ROOT, file), 'utf8')) as Manifest);

describe('every project', () => {
  it('is found', () => {
    expect(manifests.length).toBeGreaterThan(15);
  });

  it.each(manifests.map((manifest) => [manifest.name, manifest] as const))(
    '%s has one scope, one type and the usual targets',
    (_name, { nx }) => {
      const tags = nx?.tags ?? [];
      expect(tags.filter((tag) => tag.startsWith('scope:'))).toHaveLength(1);
      expect(tags.filter((tag) => tag.startsWith('type:'))).toHaveLength(1);
      expect(Object.keys(nx?.targets ?? {})).toEqual(expect.arrayContaining(['lint', 'typecheck']));
    },
  );
});
