import { request } from 'undici'
import { z } from 'zod'

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

const ModelList = z.object({ data: z.array(z.object({ id: z.string().min(1) })) })

/** Model servers found running on this machine, each asked for at most half a second. */
export async function discoverLocal(): Promise<Discovered[]> {
  const found = await Promise.all(
    localServers.map(async ({ name, baseUrl }) => {
      const models = await listModels(`${baseUrl}/models`, { timeoutMs: 500 }).catch(() => [])
      return { name, kind: 'openai' as const, ownedBy: name, baseUrl, apiKey: null, models }
    }),
  )
  return found.filter(({ models }) => models.length > 0)
}

/** A vendor's API and the key to it. */
export type Vendor = { kind: 'openai' | 'anthropic'; apiKey: string; baseUrl: string }

/** A vendor's chat models, for a key. Rejects when they cannot be listed. */
export async function discoverVendor({ kind, apiKey, baseUrl }: Vendor): Promise<Discovered> {
  const root = baseUrl.replace(/\/+$/, '')
  const models = await (kind === 'openai'
    ? listModels(`${root}/models`, { headers: { authorization: `Bearer ${apiKey}` } })
    : listModels(`${root.replace(/\/v1$/, '')}/v1/models?limit=1000`, {
        headers: { 'x-api-key': apiKey, 'anthropic-version': '2023-06-01' },
      }))
  return { name: kind, kind, ownedBy: kind, baseUrl, apiKey, models: models.filter(isChatModel) }
}

async function listModels(
  url: string,
  { headers = {}, timeoutMs = 5000 }: { headers?: Record<string, string>; timeoutMs?: number },
): Promise<string[]> {
  const response = await request(url, { headers, signal: AbortSignal.timeout(timeoutMs) })
  if (response.statusCode !== 200) {
    await response.body.dump()
    throw new Error(`${url} answered ${response.statusCode}`)
  }
  return ModelList.parse(await response.body.json()).data.map(({ id }) => id)
}

// The list mixes chat models with those for sound, pictures and vectors, without saying which is which.
const otherKinds =
  /embed|whisper|tts|dall-e|image|moderation|davinci|babbage|realtime|audio|transcribe|sora|instruct/

const isChatModel = (id: string): boolean => !otherKinds.test(id)

/** Reasoning models refuse a temperature. */
export const takesTemperature = (id: string): boolean => !/^(o\d|gpt-5)/.test(id)
