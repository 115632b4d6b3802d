import { expect, test } from 'vitest'
import { createPlaces, inPlace } from './places.ts'

async function* pages() {
  yield 'one'
  yield 'two'
}

test('a person has as many under way as there are places, and a further one once one of them ends', async () => {
  const enter = createPlaces(2, () => new Error('full'))
  const begin = async (userId: string) => {
    const iterator = inPlace(enter, userId, pages())
    await iterator.next()
    return iterator
  }
  const first = await begin('usr_1')
  await begin('usr_1')
  await expect(begin('usr_1')).rejects.toThrow('full')
  await begin('usr_2')
  // A client that leaves ends it too.
  await first.return(undefined)
  await begin('usr_1')
})
