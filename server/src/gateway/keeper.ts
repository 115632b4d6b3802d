import type { Principal } from '../http/index.ts'
import type { Log } from '../log/index.ts'
import type { AnswerEvent, NeutralMessage } from '../neutral/index.ts'
import type { FinalUsage } from './dialects/index.ts'

/** A completion's question and answer, in words. */
export type Exchange = { question: string; answer: string; model: string; totalTokens: number }

type Asker = Pick<Principal, 'userId' | 'organisationId'>

/** Where completions that name a chat are kept. */
export type ChatRecords = {
  /** Whether the chat is one of the asker's, and not in the trash. */
  has: (asker: Asker, chatId: string) => Promise<boolean>
  keep: (asker: Asker, chatId: string, exchange: Exchange) => Promise<void>
}

/** Keeps one completion in the chat that it names: hears the answer while it passes. */
export type Keeper = {
  /** Of an attempt that was given up nothing is kept. */
  restart: () => void
  hear: (events: readonly AnswerEvent[]) => void
  /** Never fails: the answer is the client's, whatever becomes of its copy. */
  keep: (usage: FinalUsage) => Promise<void>
}

type Kept = { asker: Asker; chatId: string; model: string; messages: () => readonly NeutralMessage[] }

/** Builds it. */
export function createKeeper(
  { records, log }: { records: ChatRecords; log: Log },
  { asker, chatId, model, messages }: Kept,
): Keeper {
  let answer = ''
  return {
    restart() {
      answer = ''
    },
    hear(events) {
      for (const event of events) if (event.type === 'text' || event.type === 'refusal') answer += event.text
    },
    async keep({ input, output }) {
      try {
        const question = questionOf(messages())
        await records.keep(asker, chatId, { question, answer, model, totalTokens: input + output })
      } catch (err) {
        log.error({ err, chatId }, 'a completion was not kept in its chat')
      }
    },
  }
}

/** The words of a person's last message. */
function questionOf(messages: readonly NeutralMessage[]): string {
  const last = messages.findLast(({ role }) => role === 'user')
  return [...(last?.content ?? [])]
    .flatMap((block) => (block.type === 'text' ? [block.text] : []))
    .join('\n\n')
}
