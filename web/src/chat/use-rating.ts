import { type ChatMessage, chatEndpoints } from '@portal/contract'
import { useMutation, useQueryClient } from '@tanstack/react-query'
import { call } from '../api/index.ts'
import { notifyFailed } from '../ui/index.ts'
import { putMessages } from './chat-cache.ts'

type Thumb = 'up' | 'down' | 'none'
const numbers = { up: 1, down: -1, none: 0 } as const

/** Rates an answer: shown at once, and taken back where it could not be kept. */
export function useRating(message: ChatMessage): (thumb: Thumb) => void {
  const client = useQueryClient()
  const show = (rating: ChatMessage['rating']) =>
    putMessages(client, message.sessionId, [{ ...message, rating }])
  return useMutation({
    mutationFn: (rating: Thumb) =>
      call(chatEndpoints.rateMessage, { params: { messageId: message.id }, body: { rating } }),
    onMutate: (rating) => show(numbers[rating]),
    onError: (error) => {
      show(message.rating)
      notifyFailed(error)
    },
  }).mutate
}
