// Calls that cost money: made only where an operator gave a key for them, and only of models that nobody else asked.
import { request } from 'undici'
import type { Log } from '../log/index.ts'
import type { Evidence } from './model-health.ts'

type CallDeps = {
  /** The API key that pays; null makes no calls. */
  key: string | null
  ownUrl: () => string | null
  log: Pick<Log, 'warn'>
}

const patienceMs = 15_000

/** Asks each model for one token, through the portal's own door, that no answer of the last minutes speaks for. */
export async function callQuietModels(
  { key, ownUrl, log }: CallDeps,
  models: readonly string[],
  evidence: ReadonlyMap<string, Evidence>,
): Promise<void> {
  const url = ownUrl()
  if (key === null || url === null) return
  const quiet = models.filter((model) => {
    const { requests, faults } = evidence.get(model) ?? { requests: 0, faults: 0 }
    return requests === faults
  })
  await Promise.all(
    quiet.map((model) =>
      ask(url, key, model).catch((err: unknown) => log.warn({ err, model }, 'a model could not be called')),
    ),
  )
}

async function ask(url: string, key: string, model: string): Promise<void> {
  const { body } = await request(`${url}/api/v1/chat/completions`, {
    method: 'POST',
    headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify({ model, max_tokens: 1, messages: [{ role: 'user', content: 'Say yes.' }] }),
    signal: AbortSignal.timeout(patienceMs),
  })
  await body.dump()
}
