import { lazy } from 'react'

/** What a model wrote, loaded with the first answer: its place needs a boundary of suspense. */
export const ModelText = lazy(() =>
  import('./model-text.tsx').then(({ ModelText }) => ({ default: ModelText })),
)
