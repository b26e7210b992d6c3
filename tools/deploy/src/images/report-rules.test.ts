import { findReportProblems } from './report-rules';

const ENDED = { image: 'gateway', args: ['main.js'], asked: 'SIGTERM', code: 0, signal: null };
const MIGRATED = { ...ENDED, args: ['migrate.js', 'up'], asked: null };

const problemsOf = (...reports: readonly (typeof ENDED | typeof MIGRATED | typeof KILLED)[]) =>
  findReportProblems(['gateway'], reports);
const KILLED = { ...ENDED, code: null, signal: 'SIGKILL' };

describe('findReportProblems', () => {
  it('is content with a service that ran and ended well when it was asked to', () => {
    expect(problemsOf(MIGRATED, ENDED)).toEqual([]);
  });

  it('finds a service that never ran, so that a launcher that is not used is no success', () => {
    expect(problemsOf(MIGRATED)).toEqual(['gateway ran 0 times']);
  });

  it('finds one that had to be killed, failed, or ended by itself', () => {
    expect(problemsOf(KILLED)).toEqual(['gateway main.js ended with SIGKILL']);
    expect(problemsOf(ENDED, { ...MIGRATED, code: 1 })).toEqual(['gateway migrate.js up ended with 1']);
    expect(problemsOf({ ...ENDED, asked: null })).toEqual(['gateway ended without being asked to']);
  });
});
