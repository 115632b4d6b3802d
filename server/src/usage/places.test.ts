import { expect, test } from 'vitest'
import { createPlaces } from './places.ts'

async function* pages() {
  yield 'one'
  yield 'two'
}

test('[UR2] a person has two exports under way, and a further one once one of them ends', async () => {
  const places = createPlaces(2)
  const begin = async (userId: string) => {
    const iterator = places.taking(userId, pages())[Symbol.asyncIterator]()
    await iterator.next()
    return iterator
  }
  const first = await begin('usr_1')
  await begin('usr_1')
  await expect(begin('usr_1')).rejects.toMatchObject({ code: 'rate_limit_exceeded' })
  await begin('usr_2')
  // A client that leaves ends it too.
  await first.return?.()
  await begin('usr_1')
})
