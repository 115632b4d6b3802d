// Whose file is read next.
import { expect, test } from 'vitest'
import { eventually, useOnePortal } from '../test/index.ts'
import { type AFile, filesOf } from './test-files.ts'

const { portal } = useOnePortal()

const somebody = async () => filesOf(portal(), (await portal().aKey()).secret)
const notes = (count: number): AFile[] =>
  Array.from({ length: count }, (_, i) => ({ name: `${i}.txt`, content: 'The heron stands still.' }))

/** The ids of files, in the order in which their reading began; those that wait are not among them. */
async function begun(): Promise<string[]> {
  const { rows } = await portal().pool.query<{ id: string }>(
    `select data ->> 'fileId' as id from pgboss.job
     where name = 'file-reading' and started_on is not null order by started_on, completed_on`,
  )
  return rows.map(({ id }) => id)
}

test('[FX9] of two that have files waiting, neither waits for all of the other’s', async () => {
  const [ada, bob] = [await somebody(), await somebody()]
  const hers = (await Promise.all(Array.from({ length: 4 }, () => ada.attachments(...notes(5))))).flat()
  const beforeHis = (await begun()).length
  const his = await bob.attachments(...notes(3))
  const order = await eventually(async () => {
    const ids = await begun()
    expect(ids).toHaveLength(hers.length + his.length)
    return ids
  }, 50_000)
  const places = his.map(({ id }) => order.indexOf(id ?? ''))
  // Some of hers may begin while his are stored; after that they take turns.
  const whileStored = 6
  expect(places[0]).toBeLessThanOrEqual(beforeHis + whileStored)
  expect((places[2] ?? 0) - (places[0] ?? 0)).toBeLessThanOrEqual(5)
  expect(places[2]).toBeLessThan(hers.length)
  const ownOrder = order.filter((id) => his.some((file) => file.id === id))
  expect(ownOrder).toEqual(his.map(({ id }) => id))
}, 60_000)
