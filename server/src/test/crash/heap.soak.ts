import { expect, onTestFinished, test } from 'vitest'
import { ask } from './client.ts'
import { heapBytesOf, inspectable } from './heap.ts'
import { openHouse } from './house.ts'
import { startUpstreamProcess } from './upstream.ts'

const requests = 2_000
const connections = 16
/** Half of what it is where every request leaves one KiB. */
const growthBytesMax = (requests * 1024) / 2

test('2,000 requests, streamed and whole, leave nothing on the heap', async () => {
  const upstream = await startUpstreamProcess(0)
  onTestFinished(() => upstream.signal('SIGKILL'))
  const house = openHouse(upstream.url)
  const portal = await house.start({ nodeOptions: inspectable })

  /** Asks so often, from some at once; by turns for a stream and for a whole answer. */
  async function askMany(): Promise<void> {
    let left = requests
    const keepAsking = async () => {
      while (left-- > 0) {
        const kind = left % 2 === 0 ? 'stream' : 'whole'
        const { isWhole, body } = await ask(portal.url, portal.key ?? '', { kind, words: 15 })
        expect(isWhole, body).toBe(true)
      }
    }
    await Promise.all(Array.from({ length: connections }, keepAsking))
  }

  await askMany()
  const before = await heapBytesOf(portal)
  await askMany()
  const growthBytes = (await heapBytesOf(portal)) - before
  process.stdout.write(`heap: ${Math.round(growthBytes / 1024)} KiB of growth in ${requests} requests\n`)
  expect(growthBytes).toBeLessThan(growthBytesMax)
}, 120_000)
