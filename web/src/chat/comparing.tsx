import { ActionIcon } from '@mantine/core'
import type { ChatMessage } from '@portal/contract'
import { IconColumns2 } from '@tabler/icons-react'
import { useQuery } from '@tanstack/react-query'
import { lazy } from 'react'
import { modelsQuery } from '../api/index.ts'
import { MenuOnDemand, notifyFailed } from '../ui/index.ts'
import { compareAnswers, useIsCompared } from './comparison.ts'
import { OtherModelsButton } from './other-models-button.tsx'

const OtherModelsMenu = lazy(() =>
  import('./other-models-menu.tsx').then(({ OtherModelsMenu }) => ({ default: OtherModelsMenu })),
)

type ComparingProps = {
  message: ChatMessage
  siblings: string
  onAskAgain: (model?: string) => Promise<void>
}

/** Has another model answer beside this one, and shows the answers to a question side by side. */
export function Comparing({ message: { parentId, model }, siblings, onAskAgain }: ComparingProps) {
  const { data = [] } = useQuery(modelsQuery)
  const isCompared = useIsCompared(parentId)
  if (parentId === null) return null
  const others = data.map(({ id }) => id).filter((id) => id !== model)
  const choose = (other: string) => {
    compareAnswers(parentId, true)
    onAskAgain(other).catch(notifyFailed)
  }
  return (
    <>
      {others.length > 0 && (
        <MenuOnDemand trigger={(open) => <OtherModelsButton onClick={open} />}>
          <OtherModelsMenu models={others} onChoose={choose} />
        </MenuOnDemand>
      )}
      {siblings.includes(' ') && (
        <ActionIcon
          variant={isCompared ? 'light' : 'subtle'}
          color={isCompared ? 'pine' : 'gray'}
          aria-label="Show the answers side by side"
          aria-pressed={isCompared}
          onClick={() => compareAnswers(parentId, !isCompared)}
        >
          <IconColumns2 size={16} aria-hidden />
        </ActionIcon>
      )}
    </>
  )
}
