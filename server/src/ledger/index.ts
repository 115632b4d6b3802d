export { msFromBin } from './bins.ts'
export { closeDays } from './closing.ts'
export { createLedger, type LedgerOptions } from './ledger.ts'
export {
  type Hold,
  type Ledger,
  type LedgerStats,
  LedgerUnavailableError,
  type Settlement,
  type SettlementStatus,
} from './types.ts'
export { createUsageReader, type UsageReader } from './usage-reader.ts'
export { verifyRollups } from './verify.ts'
