// Somebody with a chat, and readers of its answers, over HTTP.
import { type ChatMessage, type ChatSession, type GenerationEvent, newId } from '@portal/contract'
import { createParser } from 'eventsource-parser'
import { type Portal, type PortalOptions, useOnePortal } from '../test/index.ts'

export type Told = { seq: number; event: GenerationEvent }

/** A portal for the tests of a file. */
export function useChat(options: Omit<PortalOptions, 'cluster'> = {}) {
  const house = useOnePortal(options)
  return {
    ...house,
    aPerson: async (at = house.portal()) => personWith(at, (await at.aKey()).secret),
  }
}

export type ChatPerson = ReturnType<typeof personWith>

/** Somebody's calls by a key. */
export function personWith({ url }: Pick<Portal, 'url'>, key: string) {
  const headers = { authorization: `Bearer ${key}` }
  const send = async (method: string, path: string, body?: unknown) => {
    const response = await fetch(`${url}/api/chat${path}`, {
      method,
      headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
    return { status: response.status, body: (await response.json()) as any }
  }
  const messages = async (sessionId: string): Promise<ChatMessage[]> =>
    (await send('GET', `/sessions/${sessionId}/messages`)).body.data
  return {
    key,
    send,
    messages,
    /** One that has a title, so that no model is asked for any. */
    aSession: async (body: object = { title: 'Titled' }): Promise<ChatSession> =>
      (await send('POST', '/sessions', body)).body,
    session: async (id: string): Promise<ChatSession> => (await send('GET', `/sessions/${id}`)).body,
    /** Begins an answer; its id is made up unless given. */
    async ask(sessionId: string, body: object = {}) {
      const id = newId('generation')
      const sent = { id, content: 'Say hello to the world', parentId: null, ...body }
      const answer = await send('POST', `/sessions/${sessionId}/generations`, sent)
      return { id: sent.id, ...answer }
    },
    /** Reads an answer's events, until its end or as long as `goesOn` says. */
    async read(
      sessionId: string,
      generationId: string,
      { after, goesOn = () => true }: { after?: number; goesOn?: (events: Told[]) => boolean } = {},
    ): Promise<Told[]> {
      const leaving = new AbortController()
      const response = await fetch(
        `${url}/api/chat/sessions/${sessionId}/generations/${generationId}/events`,
        {
          headers: { ...headers, ...(after !== undefined && { 'last-event-id': String(after) }) },
          signal: leaving.signal,
        },
      )
      const told: Told[] = []
      const parser = createParser({
        onEvent: ({ id, data }) => told.push({ seq: Number(id), event: JSON.parse(data) }),
      })
      const decoder = new TextDecoder()
      for await (const chunk of response.body ?? []) {
        parser.feed(decoder.decode(chunk, { stream: true }))
        if (!goesOn(told)) break
      }
      leaving.abort()
      return told
    },
    stop: (sessionId: string, generationId: string, shownCharacters: number | null = null) =>
      send('POST', `/sessions/${sessionId}/generations/${generationId}/stop`, { shownCharacters }),
  }
}

/** The text that events say. */
export const textOf = (told: readonly Told[]): string =>
  told.map(({ event }) => (event.type === 'text' ? event.text : '')).join('')

/** The message that an answer ended as. */
export const endOf = (told: readonly Told[]): ChatMessage => {
  const last = told.at(-1)?.event
  if (last?.type !== 'end') throw new Error(`No end in ${JSON.stringify(told)}`)
  return last.message
}
