import type { AnswerEvent, FinishReason } from '../../../neutral/index.ts'

type Finish = Extract<AnswerEvent, { type: 'finish' }>

const reasons: Record<FinishReason, string> = {
  stop: 'end_turn',
  length: 'max_tokens',
  'tool-calls': 'end_turn',
  refusal: 'refusal',
  pause: 'pause_turn',
  'context-full': 'model_context_window_exceeded',
}

/** Why an answer ended, in Anthropic's words; `refusal` is what the model said in refusing, if it did. */
export function stopFields({ reason, stopSequence }: Finish, said: { calls: boolean; refusal: string }) {
  const stopReason = stopReasonOf(reason, { ...said, isSequence: stopSequence !== null })
  return {
    stop_reason: stopReason,
    stop_sequence: stopReason === 'stop_sequence' ? stopSequence : null,
    ...(stopReason === 'refusal' && {
      stop_details: { type: 'refusal', category: null, explanation: said.refusal || null },
    }),
  }
}

// Some servers say "stop" after calls, or promise calls that they do not make.
function stopReasonOf(
  reason: FinishReason,
  { calls, refusal, isSequence }: { calls: boolean; refusal: string; isSequence: boolean },
): string {
  if (reason !== 'stop' && reason !== 'tool-calls') return reasons[reason]
  if (calls) return 'tool_use'
  if (refusal !== '') return 'refusal'
  return isSequence ? 'stop_sequence' : reasons[reason]
}
