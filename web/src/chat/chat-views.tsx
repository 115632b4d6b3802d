import { Button } from '@mantine/core'

/** Which of somebody's chats are listed. */
export type Show = 'active' | 'archived' | 'trash'

/** What stands where none is. */
export const emptyViews: Record<Show, string> = {
  active: 'Your chats will stand here.',
  archived: 'No chat is archived.',
  trash: 'The trash is empty.',
}

/** What each list is called. */
export const viewNames: Record<Show, string> = { active: 'Chats', archived: 'Archived chats', trash: 'Trash' }

/** The ways to the chats that are put away, and back. */
export const ChatViews = ({ show, onShow }: { show: Show; onShow: (show: Show) => void }) => (
  <div>
    {(['active', 'archived', 'trash'] as const)
      .filter((other) => other !== show)
      .map((other) => (
        <Button
          key={other}
          variant="subtle"
          color="gray"
          size="xs"
          fullWidth
          justify="flex-start"
          onClick={() => onShow(other)}
        >
          {other === 'active' ? 'Back to the chats' : viewNames[other]}
        </Button>
      ))}
  </div>
)
