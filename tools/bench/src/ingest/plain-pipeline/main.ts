/** The plain pipeline as a process of its own, so that its time and memory are its own: one load per message. */
import { loadPlainly, type PlainLoad } from './load-plainly';

export type PlainAnswer = { readonly rows: number } | { readonly error: string };

const answer = (message: PlainAnswer): void => void process.send?.(message);

process.on('message', (load: PlainLoad) => {
  loadPlainly(load).then(
    (rows) => answer({ rows }),
    (error: unknown) => answer({ error: error instanceof Error ? error.message : String(error) }),
  );
});
// The benchmark has ended, in whatever way.
process.on('disconnect', () => process.exit(0));
