import type { ChatMessage } from '@portal/contract'
import type { Asked } from './asking.ts'

/** What a message of the thread is shown with. */
export type MessageRowProps = {
  message: ChatMessage
  /** The ids of those that stand in its place, itself among them, with spaces between. */
  siblings: string
  /** Fails with what the server said. */
  onAsk: (asked: Asked) => Promise<void>
}
