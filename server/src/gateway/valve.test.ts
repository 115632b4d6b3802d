import { expect, test } from 'vitest'
import { createValve } from './valve.ts'

function anExchange() {
  const said: string[] = []
  const exchange = {
    abort() {},
    release() {},
    pause: () => void said.push('pause'),
    resume: () => void said.push('resume'),
  }
  return { said, exchange }
}

test('[GW-U3] the upstream is read again only when nothing speaks against it any more', () => {
  const { said, exchange } = anExchange()
  const valve = createValve()
  valve.attach(exchange)
  valve.shut('reader')
  valve.shut('tokens')
  valve.open('tokens')
  expect(said).not.toContain('resume')
  valve.open('reader')
  expect(said.at(-1)).toBe('resume')
})

test('[GW-U3] an upstream that comes while the valve is shut is held back from the start', () => {
  const { said, exchange } = anExchange()
  const valve = createValve()
  valve.shut('reader')
  valve.attach(exchange)
  expect(said).toEqual(['pause'])
})

test('opening what is open says nothing', () => {
  const { said, exchange } = anExchange()
  const valve = createValve()
  valve.attach(exchange)
  valve.open('reader')
  expect(said).toEqual([])
})
