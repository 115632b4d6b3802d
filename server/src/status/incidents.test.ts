// What administrators write, and who is not one.
import { beforeEach, expect, test } from 'vitest'
import { moveClock } from '../sign-in/test-people.ts'
import type { Browser } from '../test/index.ts'
import { minuteMs } from './minute.ts'
import { useStatus } from './test-status.ts'

const { portal, open, aSignedIn, anAdministrator, status, minutes, report, stateOf, forgetAll } = useStatus()

let admin: Browser
beforeEach(async () => {
  await forgetAll()
  admin = (await anAdministrator()).browser
})

const opened = {
  title: 'Slow answers',
  impact: 'degraded',
  components: ['api', 'chat'],
  text: 'We look into it.',
}
const inMinutes = (count: number): string => new Date(Date.now() + count * minuteMs).toISOString()

test('[ST12] an administrator opens an incident, writes of it, changes it and ends it, for everybody to see', async () => {
  const { status: code, body: incident } = await admin.post('/api/admin/incidents', opened)
  expect([code, incident.impact, incident.automatic, incident.endsAt]).toEqual([201, 'degraded', false, null])
  const path = `/api/admin/incidents/${incident.id}`
  moveClock(minuteMs)
  await admin.post(`${path}/updates`, { stage: 'identified', text: 'It is the network.' })
  expect((await admin.send('PATCH', path, { body: { impact: 'down', components: ['api'] } })).status).toBe(
    200,
  )
  moveClock(minuteMs)
  await admin.post(`${path}/updates`, { stage: 'resolved', text: 'The network is mended.' })
  const { body: seen } = await open().get('/api/status')
  expect(seen.incidents).toHaveLength(1)
  expect(seen.incidents[0]).toMatchObject({
    title: 'Slow answers',
    impact: 'down',
    components: [{ name: 'API' }],
  })
  expect(seen.incidents[0].updates.map(({ stage }: { stage: string }) => stage)).toEqual([
    ...['resolved', 'identified', 'investigating'],
  ])
  expect(seen.incidents[0].endsAt).toBe(new Date().toISOString())
  expect(seen.lastIncidentAt).toBe(incident.startsAt)
  expect((await admin.post(`${path}/updates`, { stage: 'monitoring', text: 'Hm.' })).status).toBe(409)
  const { rows } = await portal().pool.query(
    `select action, details from audit_events where action like 'incident.%' order by id`,
  )
  expect(rows.map(({ action }) => action).sort()).toEqual([
    ...['incident.changed', 'incident.opened', 'incident.told', 'incident.told'],
  ])
  expect(rows[0].details).toEqual({ name: 'Slow answers', incident: incident.id })
})

test('[ST12] nobody else is let in, keys of administrators included', async () => {
  const { body: incident } = await admin.post('/api/admin/incidents', opened)
  const { browser } = await aSignedIn()
  const { body: key } = await admin.post('/api/keys', { name: 'Mine' })
  const path = `/api/admin/incidents/${incident.id}`
  for (const [method, at, body] of [
    ['GET', '/api/admin/incidents', undefined],
    ['POST', '/api/admin/incidents', opened],
    [
      'POST',
      '/api/admin/maintenance',
      { ...opened, impact: undefined, from: inMinutes(5), to: inMinutes(9) },
    ],
    ['PATCH', path, { title: 'Mine now' }],
    ['POST', `${path}/updates`, { stage: 'resolved', text: 'Nothing to see.' }],
  ] as const) {
    expect([at, (await browser.send(method, at, { body })).status]).toEqual([at, 403])
    const headers = { authorization: `Bearer ${key.key}` }
    expect([at, (await open().send(method, at, { body, headers })).status]).toEqual([at, 403])
  }
  expect((await admin.get('/api/admin/incidents')).body.data[0]).toEqual(incident)
})

test('[ST12] what is not there, or cannot be, is refused with its name', async () => {
  const wrong = await admin.post('/api/admin/incidents', { ...opened, components: ['api', 'model:none'] })
  expect([wrong.status, wrong.body.param]).toEqual([400, 'components'])
  const none = `/api/admin/incidents/inc_00000000000000000000000000`
  expect((await admin.send('PATCH', none, { body: { title: 'x' } })).status).toBe(404)
  const { body: incident } = await admin.post('/api/admin/incidents', opened)
  const timed = await admin.send('PATCH', `/api/admin/incidents/${incident.id}`, {
    body: { to: inMinutes(5) },
  })
  expect([timed.status, timed.body.param]).toEqual([400, 'to'])
})

test('[ST13] maintenance is ahead, then under way, then over; its minutes count for nothing', async () => {
  await minutes(2)
  const plan = { title: 'New disks', components: ['files'], text: 'Files rest for a while.' }
  const window = { from: inMinutes(2), to: inMinutes(6) }
  const { status: code, body: planned } = await admin.post('/api/admin/maintenance', { ...plan, ...window })
  expect(code).toBe(201)
  expect((await report()).maintenance).toMatchObject([
    { title: 'New disks', impact: null, kind: 'maintenance' },
  ])
  expect(await stateOf('files')).toBe('operational')
  await minutes(2)
  expect(await stateOf('files')).toBe('maintenance')
  expect((await report()).sentence).toBe('File storage is being maintained.')
  await minutes(5)
  const { components, maintenance, incidents } = await report()
  const today = components.find(({ id }) => id === 'files')?.days.at(-1)
  expect([today?.downMinutes, today?.maintenanceMinutes]).toEqual([0, 5])
  expect([maintenance, incidents]).toEqual([[], []])
  const late = await admin.post(`/api/admin/incidents/${planned.id}/updates`, {
    stage: 'resolved',
    text: 'Done.',
  })
  expect(late.status).toBe(409)
})

test('[ST13] what has passed is not planned, and no downtime is made maintenance', async () => {
  const plan = { title: 'New disks', components: ['files'], text: 'Files rest.' }
  const send = async (from: number, to: number) =>
    (await admin.post('/api/admin/maintenance', { ...plan, from: inMinutes(from), to: inMinutes(to) })).body
  expect((await send(-10, 5)).param).toBe('from')
  expect((await send(10, 5)).param).toBe('to')
  expect((await send(10, 10 + 8 * 1440)).param).toBe('to')
  const planned = await send(1, 30)
  moveClock(2 * minuteMs)
  const path = `/api/admin/incidents/${planned.id}`
  const change = async (body: object) => (await admin.send('PATCH', path, { body })).status
  expect(await change({ from: inMinutes(1) })).toBe(409)
  expect(await change({ components: ['files', 'api'] })).toBe(409)
  expect(await change({ to: inMinutes(-1) })).toBe(400)
  expect(await change({ to: inMinutes(60) })).toBe(200)
  expect((await admin.post(`${path}/updates`, { stage: 'resolved', text: 'Done early.' })).status).toBe(201)
  moveClock(minuteMs)
  expect(await change({ to: inMinutes(60) })).toBe(409)
  status().forget()
  expect((await report()).maintenance).toEqual([])
})

test('[ST13] maintenance that is called off before it began is over, and was none', async () => {
  await minutes(1)
  const plan = {
    title: 'New disks',
    components: ['files'],
    text: 'Files rest.',
    from: inMinutes(2),
    to: inMinutes(9),
  }
  const { body: planned } = await admin.post('/api/admin/maintenance', plan)
  const path = `/api/admin/incidents/${planned.id}`
  await admin.post(`${path}/updates`, { stage: 'resolved', text: 'Not needed.' })
  expect((await report()).maintenance).toEqual([])
  expect((await admin.send('PATCH', path, { body: { to: inMinutes(60) } })).status).toBe(409)
  await minutes(4)
  const today = (await report()).components.find(({ id }) => id === 'files')?.days.at(-1)
  expect([today?.maintenanceMinutes, await stateOf('files')]).toEqual([0, 'operational'])
})

test('[ST12] what people say does not work is shown so, whatever was measured', async () => {
  await minutes(1)
  await admin.post('/api/admin/incidents', { ...opened, impact: 'down' })
  expect([await stateOf('api'), await stateOf('files')]).toEqual(['down', 'operational'])
  expect((await report()).sentence).toBe('API and Chat are down.')
})
