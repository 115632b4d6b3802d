import type { MicroUsd } from '@portal/contract'
import type { Provider } from '../providers/index.ts'

/** Micro-USD for a million tokens. */
export type Price = { input: MicroUsd; cachedInput: MicroUsd; output: MicroUsd }

/** One place that serves a model. */
export type Target = {
  /** `provider/model`, as the ledger and the metrics name it. */
  name: string
  provider: Provider
  /** The model's name there. */
  model: string
  /** Share of the traffic, relative to the other targets'. */
  weight: number
}

/** A model the portal offers. */
export type ModelEntry = {
  id: string
  /** What people call it; null where that is its id. */
  displayName: string | null
  ownedBy: string
  /** Seconds since 1970. */
  created: number
  targets: readonly Target[]
  /** Null where it is not known: costs are then recorded as unknown. */
  price: Price | null
  contextTokens: number | null
  /** The longest answer it gives; null where that is not known. */
  outputTokensMax: number | null
  capabilities: readonly string[]
  /** Sent when a request names none; null for models that take no temperature. */
  temperatureDefault: number | null
  isDemo: boolean
  description: string | null
}
