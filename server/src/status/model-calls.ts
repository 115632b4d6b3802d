// Calls that cost money: made only where an operator gave a key for them, and only of models that nobody else asked.
import { request } from 'undici'
import type { Log } from '../log/index.ts'
import type { Evidence } from './evidence.ts'

type CallDeps = {
  /** The API key that pays. */
  key: string
  ownUrl: () => string | null
  log: Pick<Log, 'warn'>
}

const patienceMs = 15_000

/** Asks each model for one token, through the portal's own door, that no answer of the last minutes speaks for: whether there was any. */
export async function callQuietModels(
  { key, ownUrl, log }: CallDeps,
  models: readonly { id: string }[],
  evidence: ReadonlyMap<string, Evidence>,
): Promise<boolean> {
  const url = ownUrl()
  if (url === null) return false
  const quiet = models.filter(({ id }) => {
    const { requests, faults } = evidence.get(id) ?? { requests: 0, faults: 0 }
    return requests === faults
  })
  await Promise.all(
    quiet.map(({ id }) =>
      ask(url, key, id).catch((err: unknown) => log.warn({ err, model: id }, 'a model could not be called')),
    ),
  )
  return quiet.length > 0
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
