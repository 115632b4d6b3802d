import type { ProviderDefinition } from '@portal/contract'
import {
  counted,
  createAnthropicProvider,
  createHttpTransport,
  createOpenAiProvider,
  type Provider,
  type Running,
} from '../providers/index.ts'

/** What a provider is made of. */
export type ProviderSettings = { name: string; definition: ProviderDefinition; apiKey: string | null }

/** The providers that are called, made once for as long as their settings stay. */
export type ProviderSet = {
  get(settings: ProviderSettings): Provider
  /** Requests under way at a provider of that name, by whichever of its settings they were sent. */
  runningAt(name: string): number
  close(): Promise<void>
}

type Made = { key: string; provider: Provider }

/** Builds an empty set. */
export function createProviderSet(): ProviderSet {
  const made = new Map<string, Made>()
  const counts = new Map<string, Running>()
  const runningOf = (name: string): Running => {
    const running = counts.get(name) ?? { count: 0 }
    counts.set(name, running)
    return running
  }
  return {
    get(settings) {
      const key = JSON.stringify(settings)
      const known = made.get(settings.name)
      if (known?.key === key) return known.provider
      // One that is replaced is not closed: requests that began with it may go on, and what is idle closes by itself.
      const provider = counted(providerOf(settings), runningOf(settings.name))
      made.set(settings.name, { key, provider })
      return provider
    },
    runningAt: (name) => counts.get(name)?.count ?? 0,
    async close() {
      await Promise.all([...made.values()].map(({ provider }) => provider.close()))
    },
  }
}

const createProviderOf = { openai: createOpenAiProvider, anthropic: createAnthropicProvider }

/** A provider by itself. What its server says of an error is told without its key. */
export function providerOf({ name, definition, apiKey }: ProviderSettings): Provider {
  const { kind, baseUrl, ...patience } = definition
  const provider = createProviderOf[kind]({ name, apiKey, transport: createHttpTransport(baseUrl, patience) })
  return {
    ...provider,
    readError: (status, headers, body) =>
      provider.readError(status, headers, apiKey ? body.replaceAll(apiKey, '…') : body),
  }
}
