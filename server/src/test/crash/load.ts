import { setTimeout as sleep } from 'node:timers/promises'
import { type Ask, ask, type Outcome } from './client.ts'

const connections = 32
const longWords = 3_000
const words = 15

/** Constant load of mixed requests. */
export type Load = {
  /** Every request so far, also those under way. */
  outcomes: Outcome[]
  whole(): Outcome[]
  /** Asks nothing more; resolves when all that was asked has ended. */
  stop(): Promise<void>
}

type LoadOptions = {
  url: string
  key: string
  /** So many of the connections have streams that take about a minute. */
  longStreams?: number
}

/** Keeps 32 connections busy with streams and whole answers by turns. */
export function startLoad({ url, key, longStreams = 0 }: LoadOptions): Load {
  const outcomes: Outcome[] = []
  let isStopped = false
  const next = (connection: number, turn: number): Ask => ({
    kind: connection < longStreams || (connection + turn) % 2 === 0 ? 'stream' : 'whole',
    words: connection < longStreams ? longWords : words,
    usage: turn % 4 < 2,
    onStart: (outcome) => void outcomes.push(outcome),
  })
  const keepAsking = async (connection: number) => {
    for (let turn = 0; !isStopped; turn++) {
      const { status } = await ask(url, key, next(connection, turn))
      if (status !== 200) await sleep(50) // as a client would
    }
  }
  const all = Promise.all(Array.from({ length: connections }, (_, connection) => keepAsking(connection)))
  return {
    outcomes,
    whole: () => outcomes.filter(({ isWhole }) => isWhole),
    async stop() {
      isStopped = true
      await all
    },
  }
}
