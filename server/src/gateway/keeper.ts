import type { Principal } from '../http/index.ts'
import type { Log } from '../log/index.ts'
import type { AnswerEvent, NeutralMessage } from '../neutral/index.ts'
import { type FinalUsage, gathered } from './dialects/index.ts'
import { type LastAsked, lastAsked } from './last-asked.ts'

/** A tool that an answer calls; `arguments` is JSON as the model wrote it. */
type ToolCall = { id: string; name: string; arguments: string }

/** What a completion was asked last, and its answer. */
export type Exchange = LastAsked & { answer: string; calls: ToolCall[]; model: string; totalTokens: number }

type Asker = Pick<Principal, 'userId' | 'organisationId'>

/** Where completions that name a chat are kept. */
export type ChatRecords = {
  /** Whether the chat is one of the asker's, and not in the trash. @throws AppError conflict where it is full */
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

type Kept = {
  asker: Asker
  requestId: string
  chatId: string
  model: string
  messages: () => readonly NeutralMessage[]
}
type CallEvent = Extract<AnswerEvent, { type: 'tool-call' }>

/** Builds it. */
export function createKeeper(
  { records, log }: { records: ChatRecords; log: Log },
  { asker, requestId, chatId, model, messages }: Kept,
): Keeper {
  let answer = ''
  let called: CallEvent[] = []
  return {
    restart() {
      answer = ''
      called = []
    },
    hear(events) {
      for (const event of events) {
        if (event.type === 'text' || event.type === 'refusal') answer += event.text
        else if (event.type === 'tool-call') addPiece(called, event)
      }
    },
    async keep({ input, output }) {
      try {
        const calls = callsOf(called, requestId)
        const totalTokens = input + output
        await records.keep(asker, chatId, { ...lastAsked(messages()), answer, calls, model, totalTokens })
      } catch (err) {
        log.error({ err, chatId }, 'a completion was not kept in its chat')
      }
    },
  }
}

/** Pieces come by the thousand: those of one call that follow one another are one. */
function addPiece(called: CallEvent[], event: CallEvent): void {
  const last = called.at(-1)
  if (last?.key === event.key && event.id === null && event.name === null) last.input += event.input
  else called.push({ ...event })
}

const callsOf = (called: readonly CallEvent[], requestId: string): ToolCall[] =>
  gathered(called)
    .parts.filter((part) => part.type === 'tool-call')
    .map(({ id, name, input }, index) => ({
      // As OpenAI's clients are told it where the upstream says none.
      id: id || `call_${requestId}_${index}`,
      name: name ?? '',
      arguments: input,
    }))
