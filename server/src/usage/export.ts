import type { LedgerRequest } from '@portal/contract'
import { csvHead, csvLine } from '../http/index.ts'

type Pages = AsyncIterable<readonly LedgerRequest[]>

/** Requests as a JSON array, written as they come. */
export async function* asJson(pages: Pages): AsyncGenerator<string> {
  let separator = '[\n'
  for await (const page of pages) {
    if (page.length === 0) continue
    yield separator + page.map((request) => JSON.stringify(request)).join(',\n')
    separator = ',\n'
  }
  yield separator === '[\n' ? '[]\n' : '\n]\n'
}
