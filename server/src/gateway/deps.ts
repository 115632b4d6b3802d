import type { Admission } from '../admission/index.ts'
import type { Authenticate } from '../http/index.ts'
import type { Ledger } from '../ledger/index.ts'
import type { Log } from '../log/index.ts'
import type { Models } from '../models/index.ts'
import type { TokenCounter } from '../tokens/index.ts'
import type { Breaker } from './breaker.ts'
import type { ChatRecords } from './keeper.ts'
import type { OpenRequests } from './open-requests.ts'

/** What the gateway is built on. */
export type GatewayDeps = {
  authenticate: Authenticate
  models: Models
  admission: Admission
  ledger: Ledger
  tokens: TokenCounter
  breaker: Breaker
  records: ChatRecords
  openRequests: OpenRequests
  isDraining: () => boolean
  log: Log
}
