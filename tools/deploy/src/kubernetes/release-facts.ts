/** Which release this is, and of which releases Compose runs the stores. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { parseComposeFile } from '../compose/compose-file';
import { type ContainerFacts } from './container-rules';

/** @param root of the repository */
export function readReleaseFacts(root: string): ContainerFacts {
  const read = (file: string): string => readFileSync(path.join(root, file), 'utf8');
  const { services } = parseComposeFile(read('docker-compose.yml'));
  return {
    version: z.object({ version: z.string() }).parse(JSON.parse(read('package.json'))).version,
    composeImages: Object.values(services).map(({ image }) => image),
  };
}
