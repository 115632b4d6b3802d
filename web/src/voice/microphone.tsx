import { ActionIcon } from '@mantine/core'
import { voiceEndpoints } from '@portal/contract'
import { IconMicrophone, IconMicrophoneOff } from '@tabler/icons-react'
import { queryOptions, useQuery } from '@tanstack/react-query'
import { type ComponentType, type RefObject, useEffect, useRef, useState } from 'react'
import { call, sessionQuery } from '../api/index.ts'
import { notifyFailed } from '../ui/index.ts'
import type { DictationProps } from './dictation-control.tsx'
import { releaseMicrophone, type TakenMicrophone, takeMicrophone } from './take-microphone.ts'

const voiceQuery = queryOptions({
  queryKey: ['voice'],
  queryFn: ({ signal }) => call(voiceEndpoints.status, { signal }),
  staleTime: 10 * 60_000,
})

type Running = { Control: ComponentType<DictationProps>; taken: TakenMicrophone }

/** The button; what happens after it was pressed is loaded then. */
export function Microphone({ fieldId }: { fieldId: string }) {
  const { data: voice } = useQuery(voiceQuery)
  const [running, setRunning] = useState<Running | null>(null)
  const button = useFocusAfter(running !== null)
  if (!voice) return null
  if (!voice.available) return <Unavailable reason={voice.reason ?? ''} />
  if (running) {
    const { Control, taken } = running
    return <Control fieldId={fieldId} taken={taken} note={voice.note} onClose={() => setRunning(null)} />
  }
  return (
    <ActionIcon
      ref={button}
      variant="subtle"
      color="gray"
      size="lg"
      aria-label="Speak"
      aria-pressed={false}
      onClick={() => start().then(setRunning, notifyFailed)}
    >
      <IconMicrophone size={18} aria-hidden />
    </ActionIcon>
  )
}

/** Brings the focus back to the button afterwards, but not from whoever types meanwhile. */
function useFocusAfter(isRunning: boolean): RefObject<HTMLButtonElement | null> {
  const button = useRef<HTMLButtonElement>(null)
  const wasRunning = useRef(false)
  useEffect(() => {
    const isLost = document.activeElement === document.body
    if (wasRunning.current && !isRunning && isLost) button.current?.focus()
    wasRunning.current = isRunning
  }, [isRunning])
  return button
}

async function start(): Promise<Running> {
  const taken = takeMicrophone()
  try {
    const { DictationControl } = await import('./dictation-control.tsx')
    return { Control: DictationControl, taken }
  } catch {
    releaseMicrophone(taken)
    throw new Error('Voice input could not be loaded. Check your connection, then try again.')
  }
}

/** Whoever runs the portal is told why nobody can speak; others see nothing that they cannot use. */
function Unavailable({ reason }: { reason: string }) {
  const { data: session } = useQuery(sessionQuery)
  if (session?.user.role !== 'ADMIN') return null
  return (
    <ActionIcon
      variant="subtle"
      color="gray"
      size="lg"
      aria-label="Why nobody can speak here"
      onClick={() => notifyFailed(new Error(reason))}
    >
      <IconMicrophoneOff size={18} aria-hidden />
    </ActionIcon>
  )
}
