import { ActionIcon, Text } from '@mantine/core'
import { IconChevronLeft, IconChevronRight } from '@tabler/icons-react'
import { useUpdateChat } from './chat-changes.ts'

type SiblingSwitchProps = { sessionId: string; id: string; siblings: string; what: string }

/** Goes from a message to those that stand in its place; `siblings` are their ids, with spaces between. */
export function SiblingSwitch({ sessionId, id, siblings, what }: SiblingSwitchProps) {
  const { mutate, isPending } = useUpdateChat()
  const ids = siblings.split(' ')
  const at = ids.indexOf(id)
  const step = (to: number, label: string, icon: React.ReactNode) => (
    <ActionIcon
      variant="subtle"
      color="gray"
      bg="transparent"
      aria-label={label}
      disabled={isPending || ids[to] === undefined}
      onClick={() => mutate({ id: sessionId, changes: { leafId: ids[to] ?? id } })}
    >
      {icon}
    </ActionIcon>
  )
  if (ids.length < 2) return null
  return (
    <>
      {step(at - 1, `The ${what} before`, <IconChevronLeft size={16} aria-hidden />)}
      <Text size="xs" c="dimmed" component="span">
        {at + 1}/{ids.length}
      </Text>
      {step(at + 1, `The next ${what}`, <IconChevronRight size={16} aria-hidden />)}
    </>
  )
}
