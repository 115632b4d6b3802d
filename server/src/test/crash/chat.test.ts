import { randomInt } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { personWith, type Told, textOf } from '../../chat/test-chat.ts'
import { openHouse } from './house.ts'
import { eventually, signalAll } from './processes.ts'
import { startUpstreamProcess, type UpstreamProcess } from './upstream.ts'

// biome-ignore lint/style/noProcessEnv: the soak asks for more
const rounds = Number(process.env.CRASH_ROUNDS ?? 2)
const interruptedMsMax = 15_000

let upstream: UpstreamProcess
beforeAll(async () => {
  upstream = await startUpstreamProcess(10)
})
afterAll(async () => {
  upstream.signal('SIGTERM')
  await upstream.exited
})

test('[CG3] [CG5] kill -9 at token N: what was shown is there, without a gap or a repeat, and says it was interrupted', async () => {
  const house = openHouse(upstream.url)
  let portal = await house.start()
  const key = portal.key ?? ''
  for (let round = 1; round <= rounds; round++) {
    const ada = personWith(portal, key)
    const { id } = await ada.aSession()
    const words = Array.from({ length: 2000 }, (_, i) => `word${i}`).join(' ')
    const asked = await ada.ask(id, { content: words })
    const enough = randomInt(1, 60)
    // What was told before the blow, with the reader there when it falls.
    let shown: Told[] = []
    const reading = ada
      .read(id, asked.id, {
        goesOn(told) {
          shown = told
          if (told.length >= enough) strike()
          return true
        },
      })
      .catch(() => {})
    const strike = () => {
      const pids = round % 2 === 0 ? house.databasePids() : []
      signalAll([portal.pid, ...pids], 'SIGKILL')
    }
    await reading
    await portal.exited

    portal = await house.start()
    const again = personWith(portal, key)
    const answer = await eventually(async () => {
      const found = (await again.messages(id)).at(-1)
      expect(found?.status).toBe('interrupted')
      return found
    }, interruptedMsMax)
    const rest = await again.read(id, asked.id, { after: shown.at(-1)?.seq ?? 0 })
    expect(textOf(shown) + textOf(rest)).toBe(answer?.content)
    const seqs = [...shown, ...rest].map(({ seq }) => seq)
    expect(seqs).toEqual(seqs.map((_, i) => i + 1))
    // The model says what it was asked: what is there is its beginning, the last word perhaps cut.
    const said = (answer?.content ?? '').match(/word\d+/g)?.slice(0, -1) ?? []
    expect(said).toEqual(words.split(' ').slice(0, said.length))
    process.stdout.write(
      `kill -9 at event ${shown.length}, round ${round}: ${textOf(shown).length} characters shown, ${answer?.content.length} kept\n`,
    )
  }
}, 300_000)
