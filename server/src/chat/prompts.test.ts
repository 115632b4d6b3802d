import { promptsMax } from '@portal/contract'
import { expect, test } from 'vitest'
import { useChat } from './test-chat.ts'

const { portal, aPerson } = useChat()

test('[CP1] prompts are kept, changed and deleted, listed by name, and their owner’s alone', async () => {
  const [ada, bob] = [await aPerson(), await aPerson()]
  const { status, body: second } = await ada.send('POST', '/prompts', {
    name: 'summary',
    content: 'Sum up {{text}}',
  })
  expect([status, second]).toEqual([
    201,
    {
      id: expect.stringMatching(/^prm_/),
      name: 'summary',
      content: 'Sum up {{text}}',
      createdAt: expect.any(String),
    },
  ])
  const { body: first } = await ada.send('POST', '/prompts', { name: 'brief', content: 'In one line: ' })
  const names = async () =>
    (await ada.send('GET', '/prompts')).body.data.map(({ name }: { name: string }) => name)
  expect(await names()).toEqual(['brief', 'summary'])
  const renamed = await ada.send('PATCH', `/prompts/${first.id}`, { name: 'zusammen_fassung-2' })
  expect(renamed.body).toMatchObject({ name: 'zusammen_fassung-2', content: 'In one line: ' })
  expect((await bob.send('GET', '/prompts')).body.data).toEqual([])
  expect((await bob.send('PATCH', `/prompts/${first.id}`, { name: 'mine' })).status).toBe(404)
  expect((await bob.send('DELETE', `/prompts/${first.id}`)).status).toBe(404)
  expect((await ada.send('DELETE', `/prompts/${first.id}`)).status).toBe(200)
  expect((await ada.send('DELETE', `/prompts/${first.id}`)).status).toBe(404)
  expect(await names()).toEqual(['summary'])
})

test('[CP1] a name is used once by one person, and is one word', async () => {
  const [ada, bob] = [await aPerson(), await aPerson()]
  const add = (who: typeof ada, name: string, content = 'x') =>
    who.send('POST', '/prompts', { name, content })
  const answers = await Promise.all([add(ada, 'same'), add(ada, 'same'), add(ada, 'same')])
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 409, 409])
  expect((await add(bob, 'same')).status).toBe(201)
  const { body } = await add(ada, 'other')
  const taken = await ada.send('PATCH', `/prompts/${body.id}`, { name: 'same' })
  expect([taken.status, taken.body.error]).toEqual([409, 'You have a prompt named “same”.'])
  for (const name of ['two words', '', '/slash', 'x'.repeat(41), '-x'])
    expect((await add(ada, name)).status).toBe(400)
  expect((await add(ada, 'blank', '  ')).status).toBe(400)
  expect((await add(ada, '要約')).status).toBe(201)
})

test('[CP1] 200 are kept, also where the last ones arrive at once', async () => {
  const ada = await aPerson()
  await ada.send('POST', '/prompts', { name: 'first', content: 'x' })
  await portal().pool.query(
    `insert into chat_prompts (id, organisation_id, user_id, name, content, created_at)
     select 'prm_' || n, organisation_id, user_id, 'p' || n, content, created_at
     from chat_prompts, generate_series(2, $1) n where name = 'first'`,
    [promptsMax - 3],
  )
  const answers = await Promise.all(
    Array.from({ length: 8 }, (_, i) => ada.send('POST', '/prompts', { name: `last${i}`, content: 'x' })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 201, 409, 409, 409, 409, 409])
  expect((await ada.send('GET', '/prompts')).body.data).toHaveLength(promptsMax)
})
