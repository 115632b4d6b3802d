import type { AnswerEvent, FinishReason } from '../../../neutral/index.ts'

type Finish = Extract<AnswerEvent, { type: 'finish' }>

const reasons: Record<FinishReason, string> = {
  stop: 'stop',
  length: 'length',
  'tool-calls': 'stop',
  refusal: 'content_filter',
  pause: 'stop',
  'context-full': 'length',
}

/** How an answer ended, in OpenAI's words and in the upstream's own. */
export function finishFields(
  { reason, native, stopSequence }: Finish,
  said: { calls: boolean; refusal: boolean },
) {
  return {
    finish_reason: said.refusal && reason === 'stop' ? 'content_filter' : finishReason(reason, said.calls),
    native_finish_reason: native,
    ...(stopSequence !== null && { stop_reason: stopSequence }),
  }
}

// Some servers say "stop" after calls, or promise calls that they do not make.
function finishReason(reason: FinishReason, hasCalls: boolean): string {
  return hasCalls && (reason === 'stop' || reason === 'tool-calls') ? 'tool_calls' : reasons[reason]
}

/** Whether an answer says all that it was to say: what it leaves empty is meant to be. */
export const isWhole = ({ reason }: Finish): boolean => reason === 'stop' || reason === 'tool-calls'
