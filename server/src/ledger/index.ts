export { type Bin, quantileMs } from './bins.ts'
export { closeUsage } from './closing.ts'
export { createLedger, type LedgerOptions } from './ledger.ts'
export { dropMonthsBefore, ensurePartitions, listMonths } from './partitions.ts'
export { proveSums } from './prove-sums.ts'
export { halfHourOf } from './statement.ts'
export {
  type Hold,
  type Ledger,
  type LedgerStats,
  LedgerUnavailableError,
  type Settlement,
  type SettlementStatus,
  type Upstream,
} from './types.ts'
export { createUsageReader, type UsageReader } from './usage-reader.ts'
export { type Proof, verifyRollups } from './verify.ts'
