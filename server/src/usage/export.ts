// The ledger as a file, written as it is read.
import type { LedgerRequest } from '@portal/contract'
import { csvTable } from '../http/index.ts'

type Pages = AsyncIterable<readonly LedgerRequest[]>

const table = csvTable<LedgerRequest>({
  time: ({ at }) => at,
  id: ({ id }) => id,
  model: ({ model }) => model,
  purpose: ({ purpose }) => purpose,
  format: ({ format }) => format,
  'key id': ({ apiKey }) => apiKey?.id,
  'key name': ({ apiKey }) => apiKey?.name,
  'user id': ({ user }) => user.id,
  'user name': ({ user }) => user.name,
  'chat id': ({ sessionId }) => sessionId,
  status: ({ status }) => status,
  error: ({ errorCode }) => errorCode,
  streamed: ({ streamed }) => streamed,
  attempts: ({ attempts }) => attempts,
  'input tokens': ({ inputTokens }) => inputTokens,
  'cached tokens': ({ cachedTokens }) => cachedTokens,
  'output tokens': ({ outputTokens }) => outputTokens,
  'reasoning tokens': ({ reasoningTokens }) => reasoningTokens,
  estimated: ({ estimated }) => estimated,
  'cost in US dollars': ({ cost }) => cost,
  milliseconds: ({ latencyMs }) => latencyMs,
  'milliseconds to the first token': ({ firstTokenMs }) => firstTokenMs,
})

/** Requests as lines of a CSV file. */
export async function* asCsv(pages: Pages): AsyncGenerator<string> {
  yield table.head
  for await (const page of pages) yield page.map(table.line).join('')
}

/** Requests as a JSON array. */
export async function* asJson(pages: Pages): AsyncGenerator<string> {
  let separator = '[\n'
  for await (const page of pages) {
    if (page.length === 0) continue
    yield separator + page.map((request) => JSON.stringify(request)).join(',\n')
    separator = ',\n'
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n'
}
