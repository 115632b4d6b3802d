import { type ChatMessage, chatEndpoints } from '@portal/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../api/index.ts'
import { notifyFailed } from '../ui/index.ts'
import { putMessages } from './chat-cache.ts'

type Thumb = 'up' | 'down' | 'none'
const numbers = { up: 1, down: -1, none: 0 } as const

type Rating = { thumb: Thumb; reason?: string }

/** Rates an answer: shown at once, and taken back where it could not be kept. Who asked for a reason tells its error. */
export function useRating(message: ChatMessage) {
  const client = useQueryClient()
  const show = (changes: Pick<ChatMessage, 'rating' | 'ratingReason'>) =>
    putMessages(client, message.sessionId, [{ ...message, ...changes }])
  return useMutation({
    mutationFn: ({ thumb, reason }: Rating) =>
      call(chatEndpoints.rateMessage, {
        params: { messageId: message.id },
        body: { rating: thumb, ...(reason && { reason }) },
      }),
    onMutate({ thumb, reason }) {
      show({ rating: numbers[thumb], ratingReason: reason || null })
      return message
    },
    onError(error, { reason }, before) {
      if (before) show(before)
      if (reason === undefined) notifyFailed(error)
    },
  })
}
