import { lazy, Suspense } from 'react'

const Microphone = lazy(() => import('./microphone.tsx').then(({ Microphone }) => ({ default: Microphone })))

/** A button that writes what somebody says into a field, where the server can; else nothing. */
export const VoiceInput = ({ fieldId }: { fieldId: string }) => (
  <Suspense>
    <Microphone fieldId={fieldId} />
  </Suspense>
)
