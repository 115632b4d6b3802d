import type { Asking } from './reads.ts'

const sampleMs = 2_000

/** Exports all of it and throws it away; the heap is that of the portal, which runs in this process, without its garbage. */
export async function measureExport({ url, key }: Asking) {
  const heapMegabytes = () => {
    globalThis.gc?.()
    return process.memoryUsage().heapUsed / 1024 / 1024
  }
  const before = heapMegabytes()
  let peak = before
  const sampling = setInterval(() => {
    peak = Math.max(peak, heapMegabytes())
  }, sampleMs)
  const begun = performance.now()
  const answer = await fetch(`${url}/api/usage/export?period=90d&format=csv`, {
    headers: { authorization: `Bearer ${key}` },
  })
  let lines = -1
  for await (const chunk of answer.body ?? []) for (const byte of chunk) if (byte === 10) lines += 1
  clearInterval(sampling)
  return { lines, seconds: (performance.now() - begun) / 1000, peakMegabytes: peak - before }
}
