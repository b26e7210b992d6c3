/** Every migration in order. One that has landed is frozen: a change is a new migration at the end. */
import { type Migration } from 'kysely/migration';
import * as accounts from './0001-accounts';
import * as credits from './0002-credits';
import * as requestLogs from './0003-request-logs';
import * as ingestJobs from './0004-ingest-jobs';
import * as workInPieces from './0005-work-in-pieces';
import * as terms from './0006-terms';
import * as auditFilters from './0007-audit-filters';
import * as logDaysAndUsage from './0008-log-days-and-usage';
import * as creditLots from './0010-credit-lots';
import * as erasures from './0014-erasures';
import * as pepperIds from './0015-pepper-ids';
import * as logCodes from './0016-log-codes';
import * as chargeAttempts from './0017-charge-attempts';

export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-accounts': accounts,
  '0002-credits': credits,
  '0003-request-logs': requestLogs,
  '0004-ingest-jobs': ingestJobs,
  '0005-work-in-pieces': workInPieces,
  '0006-terms': terms,
  '0007-audit-filters': auditFilters,
  '0008-log-days-and-usage': logDaysAndUsage,
  '0010-credit-lots': creditLots,
  '0014-erasures': erasures,
  '0015-pepper-ids': pepperIds,
  '0016-log-codes': logCodes,
  '0017-charge-attempts': chargeAttempts,
};
