import { ActionIcon, Button, Group, Popover, Stack, Text, VisuallyHidden } from '@mantine/core'
import { IconMicrophone } from '@tabler/icons-react'
import { useEffect, useState, useSyncExternalStore } from 'react'
import { useShortcut } from '../ui/index.ts'
import { Dictation, type DictationState } from './dictation.ts'
import { insertText } from './insert-text.ts'
import type { TakenMicrophone } from './take-microphone.ts'
import classes from './voice.module.css'
import { Waveform } from './waveform.tsx'

export type DictationProps = {
  /** Where the words go. */
  fieldId: string
  taken: TakenMicrophone
  /** What to know of the engine. */
  note: string | null
  onClose: () => void
}

const gap = 20

/** The pressed button, and above it what is heard. */
export function DictationControl({ fieldId, taken, note, onClose }: DictationProps) {
  const [written, setWritten] = useState('')
  const dictation = useDictation(taken, (text) => {
    const field = document.getElementById(fieldId)
    if (field instanceof HTMLTextAreaElement) insertText(field, text)
    setWritten(text)
  })
  const state = useSyncExternalStore(dictation.subscribe, dictation.state)
  const isOver = state.phase === 'over'
  useEffect(() => {
    if (isOver && !state.problem) onClose()
  }, [isOver, state.problem, onClose])
  // Above the field: what is written stays in sight.
  const offset = (document.getElementById(fieldId)?.offsetHeight ?? 0) + gap
  const stop = () => (isOver ? onClose() : dictation.stop())
  useShortcut({ keys: 'Escape', label: 'Stop speaking', group: 'Chat' }, stop)
  return (
    <Popover
      opened
      position="top"
      offset={offset}
      width={300}
      shadow="md"
      withRoles={false}
      withinPortal={false}
      closeOnClickOutside={false}
    >
      <Popover.Target>
        <ActionIcon
          variant={isOver ? 'subtle' : 'filled'}
          color={isOver ? 'gray' : 'pine'}
          size="lg"
          aria-label="Speak"
          aria-pressed={!isOver}
          loading={state.phase === 'finishing'}
          onClick={stop}
        >
          <IconMicrophone size={18} aria-hidden />
        </ActionIcon>
      </Popover.Target>
      <Popover.Dropdown role="group" aria-label="Voice input">
        <Stack gap="xs">
          {!isOver && <Waveform loudness={dictation.loudness} />}
          <Heard state={state} note={note} />
          <Group justify="flex-end">
            <Button size="xs" variant="default" onClick={stop} disabled={state.phase === 'finishing'}>
              {isOver ? 'Close' : 'Stop'}
            </Button>
          </Group>
        </Stack>
        <VisuallyHidden role="status">{written ? `Written: ${written}` : phases[state.phase]}</VisuallyHidden>
      </Popover.Dropdown>
    </Popover>
  )
}

const phases: Record<DictationState['phase'], string> = {
  asking: 'Allow the microphone in your browser.',
  connecting: 'Connecting…',
  listening: 'Listening. Escape stops.',
  finishing: 'Writing what was said…',
  over: '',
}

function Heard({ state: { phase, interim, problem }, note }: { state: DictationState; note: string | null }) {
  return (
    <>
      {problem && (
        <Text size="sm" role="alert">
          {problem}
        </Text>
      )}
      {phase !== 'over' && (
        <Text size="sm" className={classes.interim ?? ''}>
          {interim || phases[phase]}
        </Text>
      )}
      {note && phase !== 'over' && (
        <Text size="xs" c="dimmed">
          {note}
        </Text>
      )}
    </>
  )
}

/** A dictation as long as it is shown: whoever leaves the page has let go of the microphone. */
function useDictation(taken: TakenMicrophone, onText: (text: string) => void): Dictation {
  const [dictation] = useState(() => new Dictation(taken, onText))
  useEffect(() => () => dictation.end(null), [dictation])
  return dictation
}
