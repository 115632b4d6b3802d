import { lazy } from 'react'

/** Loads what shows a chat, ahead of its being gone to. */
export const loadConversation = () =>
  import('./conversation.tsx').then(({ Conversation }) => ({ default: Conversation }))

/** A chat, loaded with the first one: a new one needs less. */
export const Conversation = lazy(loadConversation)
