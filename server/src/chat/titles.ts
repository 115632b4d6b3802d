import { createCancellation } from '../gateway/index.ts'
import type { Principal } from '../http/index.ts'
import { bareRequest } from '../neutral/index.ts'
import type { ChatDeps } from './deps.ts'
import { listBranch } from './message-store.ts'
import { giveTitle } from './session-store.ts'

type Answered = { session: { id: string }; model: string; answerId: string }

const charactersOfEach = 2000
const titleLengthMax = 80
/** With what a model may think about it first. */
const tokensMax = 2000

const task = [
  'Give the conversation below a title of at most six words, in the language of its first message.',
  'Answer with the title alone: one line, without quotation marks and without a full stop.',
].join(' ')

/** Gives a session its title by what was said first; one that gets none has another try with its next answer. */
export const createTitles =
  (deps: ChatDeps) =>
  async (principal: Principal, { session, model, answerId }: Answered): Promise<void> => {
    const { db, models, log } = deps
    const branch = await listBranch(db, answerId)
    const said = (role: 'user' | 'assistant') =>
      branch.find((message) => message.role === role)?.content ?? ''
    const question = said('user').slice(0, charactersOfEach)
    const exchange = `<question>\n${question}\n</question>\n<answer>\n${said('assistant').slice(0, charactersOfEach)}\n</answer>`
    try {
      // The demo model has canned answers only.
      const isDemo = models.find(model)?.isDemo ?? false
      const answer = isDemo ? question : await summaryOf(deps, { principal, model, session, exchange })
      const title = titleFrom(answer)
      if (title !== '') await giveTitle(db, session.id, title)
    } catch (err) {
      log.warn({ err, sessionId: session.id }, 'a chat got no title')
    }
  }

type Summary = Omit<Answered, 'answerId'> & { principal: Principal; exchange: string }

async function summaryOf(
  { ask }: ChatDeps,
  { principal, model, session, exchange }: Summary,
): Promise<string> {
  let said = ''
  await ask(
    {
      ...{ principal, model, sessionId: session.id, purpose: 'title', cancellation: createCancellation() },
      request: {
        ...{ ...bareRequest, outputTokensMax: tokensMax },
        system: [{ type: 'text', text: task }],
        messages: [{ role: 'user', content: [{ type: 'text', text: exchange }] }],
      },
    },
    (lines) => {
      for (const line of lines) if (line.type === 'text') said += line.text
    },
  )
  return said
}

/** One short line of what a model said: some think aloud first, some put quotation marks around it. */
export function titleFrom(said: string): string {
  const spoken = said.replace(/<think(ing)?>[\s\S]*?(<\/think(ing)?>|$)/gi, '')
  const line = spoken.split('\n').find((each) => each.trim() !== '') ?? ''
  const bare = line
    .replace(/\p{Cc}/gu, ' ')
    .trim()
    .replace(/^(#+|title:)\s*/i, '')
    .replace(/^["'“”„«»「『*_`]+|["'“”„«»」』*_`.。]+$/gu, '')
    .trim()
  if (bare.length <= titleLengthMax) return bare
  const space = bare.lastIndexOf(' ', titleLengthMax)
  const cut = bare.slice(0, space > titleLengthMax / 2 ? space : titleLengthMax)
  return `${cut.trimEnd().toWellFormed()}…`
}
