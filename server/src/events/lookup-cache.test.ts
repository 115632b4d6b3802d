import { describe, expect, it } from 'vitest'
import { createLookupCache } from './lookup-cache.ts'

type Value = { name: string }

/** A source whose look-ups end when the test says so. */
function aSource() {
  const waiting: PromiseWithResolvers<Value | null>[] = []
  let trusted = true
  let nowMs = 1
  const cache = createLookupCache<Value>({
    clock: { now: () => nowMs },
    isTrusted: () => trusted,
    find: () => {
      const look = Promise.withResolvers<Value | null>()
      waiting.push(look)
      return look.promise
    },
  })
  return {
    cache,
    lookUps: () => waiting.length,
    answer: (value: Value | null, which = waiting.length - 1) => waiting[which]?.resolve(value),
    fail: (error: Error) => waiting.at(-1)?.reject(error),
    pass: (ms: number) => {
      nowMs += ms
    },
    trust: (value: boolean) => {
      trusted = value
    },
    /** Looks up and answers. */
    async fill(key: string, value: Value | null) {
      const got = cache.get(key)
      waiting.at(-1)?.resolve(value)
      return got
    },
  }
}

const value = { name: 'a' }

describe('a kept value', () => {
  it('is served for five seconds and not longer', async () => {
    const source = aSource()
    await source.fill('k', value)
    source.pass(4_990)
    expect(await source.cache.get('k')).toBe(value)
    expect(source.lookUps()).toBe(1)
    source.pass(20)
    void source.cache.get('k')
    expect(source.lookUps()).toBe(2)
  })

  it('is not kept longer by being used', async () => {
    const source = aSource()
    await source.fill('k', value)
    for (let i = 0; i < 5; i++) {
      source.pass(999)
      await source.cache.get('k')
    }
    source.pass(10)
    void source.cache.get('k')
    expect(source.lookUps()).toBe(2)
  })

  it('that is nothing is kept for one second', async () => {
    const source = aSource()
    await source.fill('k', null)
    source.pass(990)
    expect(await source.cache.get('k')).toBeNull()
    expect(source.lookUps()).toBe(1)
    source.pass(20)
    void source.cache.get('k')
    expect(source.lookUps()).toBe(2)
  })

  it('is dropped when it matches, and only then', async () => {
    const source = aSource()
    await source.fill('a', { name: 'a' })
    await source.fill('b', { name: 'b' })
    source.cache.drop(({ name }) => name === 'a')
    await source.cache.get('b')
    expect(source.lookUps()).toBe(2)
    void source.cache.get('a')
    expect(source.lookUps()).toBe(3)
  })

  it('is dropped when all is, and so is nothing', async () => {
    const source = aSource()
    await source.fill('a', value)
    await source.fill('b', null)
    source.cache.clear()
    void source.cache.get('a')
    void source.cache.get('b')
    expect(source.lookUps()).toBe(4)
  })

  it('is pushed out by others in the end: memory is bounded', async () => {
    const source = aSource()
    await source.fill('first', value)
    for (let i = 0; i < 5_000; i++) await source.fill(`k${i}`, value)
    void source.cache.get('first')
    expect(source.lookUps()).toBe(5_002)
  })

  it('is not pushed out by a flood of keys that nobody has', async () => {
    const source = aSource()
    await source.fill('k', value)
    for (let i = 0; i < 10_000; i++) await source.fill(`made-up ${i}`, null)
    expect(await source.cache.get('k')).toBe(value)
    expect(source.lookUps()).toBe(10_001)
  })
})

describe('a look-up under way', () => {
  it('is shared by all who ask meanwhile', async () => {
    const source = aSource()
    const asked = Array.from({ length: 50 }, () => source.cache.get('k'))
    source.answer(value)
    expect(new Set(await Promise.all(asked))).toEqual(new Set([value]))
    expect(source.lookUps()).toBe(1)
  })

  it('is neither kept nor shared with later callers once a change was heard of', async () => {
    const source = aSource()
    const before = source.cache.get('k')
    source.cache.drop(() => false)
    const after = source.cache.get('k')
    expect(source.lookUps()).toBe(2)
    const newer = { name: 'newer' }
    source.answer(newer, 1)
    expect(await after).toBe(newer)
    source.answer(value, 0)
    expect(await before).toBe(value)
    expect(await source.cache.get('k')).toBe(newer)
  })

  it('passes its error on to all and is tried anew by the next', async () => {
    const source = aSource()
    const asked = [source.cache.get('k'), source.cache.get('k')]
    source.fail(new Error('away'))
    for (const result of await Promise.allSettled(asked)) expect(result).toMatchObject({ status: 'rejected' })
    void source.cache.get('k')
    expect(source.lookUps()).toBe(2)
  })
})

describe('while changes are not heard of', () => {
  it('nothing kept is used and nothing is kept', async () => {
    const source = aSource()
    await source.fill('k', value)
    await source.fill('none', null)
    source.trust(false)
    await source.fill('k', value)
    await source.fill('none', null)
    expect(source.lookUps()).toBe(4)
    await source.fill('other', value)
    source.trust(true)
    void source.cache.get('other')
    expect(source.lookUps()).toBe(6)
  })

  it('a look-up that began or ended then is not kept', async () => {
    const source = aSource()
    source.trust(false)
    const begun = source.cache.get('a')
    source.trust(true)
    source.answer(value)
    await begun
    void source.cache.get('a')
    expect(source.lookUps()).toBe(2)

    const ended = source.cache.get('b')
    source.trust(false)
    source.answer(value)
    await ended
    source.trust(true)
    void source.cache.get('b')
    expect(source.lookUps()).toBe(4)
  })
})
