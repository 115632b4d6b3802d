import { listModels } from './listing.ts'

/** A server that answered, and the models it serves. */
export type Discovered = {
  name: string
  kind: 'openai' | 'anthropic'
  ownedBy: string
  baseUrl: string
  apiKey: string | null
  models: string[]
}

const localServers = [
  { name: 'ollama', baseUrl: 'http://127.0.0.1:11434/v1' },
  { name: 'llama.cpp', baseUrl: 'http://127.0.0.1:8080/v1' },
  { name: 'vllm', baseUrl: 'http://127.0.0.1:8000/v1' },
  { name: 'lm-studio', baseUrl: 'http://127.0.0.1:1234/v1' },
]

/** Model servers found running on this machine, each asked for at most half a second. */
export async function discoverLocal(): Promise<Discovered[]> {
  const found = await Promise.all(
    localServers.map(async ({ name, baseUrl }) => {
      const models = await listModels({ kind: 'openai', baseUrl, apiKey: null }, 500).catch(() => [])
      return { name, kind: 'openai' as const, ownedBy: name, baseUrl, apiKey: null, models }
    }),
  )
  return found.filter(({ models }) => models.length > 0)
}

/** A vendor's API and the key to it. */
export type Vendor = { kind: 'openai' | 'anthropic'; apiKey: string; baseUrl: string }

/** A vendor's chat models, for a key. Rejects when they cannot be listed. */
export async function discoverVendor({ kind, apiKey, baseUrl }: Vendor): Promise<Discovered> {
  const models = await listModels({ kind, baseUrl, apiKey })
  return { name: kind, kind, ownedBy: kind, baseUrl, apiKey, models: models.filter(isChatModel) }
}

// The list mixes chat models with those for sound, pictures and vectors, without saying which is which.
const otherKinds =
  /embed|whisper|tts|dall-e|image|moderation|davinci|babbage|realtime|audio|transcribe|sora|instruct/

const isChatModel = (id: string): boolean => !otherKinds.test(id)

/** Reasoning models refuse a temperature. */
export const takesTemperature = (id: string): boolean => !/^(o\d|gpt-5)/.test(id)
