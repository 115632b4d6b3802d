import { ActionIcon, Tooltip } from '@mantine/core'
import { IconLayoutSidebar } from '@tabler/icons-react'

type FoldingButtonProps = { isFolded: boolean; onToggle: () => void }

/** Folds what stands beside the page, or brings it back. */
export function FoldingButton({ isFolded, onToggle }: FoldingButtonProps) {
  const name = isFolded ? 'Unfold the sidebars' : 'Fold the sidebars'
  return (
    <Tooltip label={name}>
      <ActionIcon
        variant="subtle"
        color="gray"
        size="lg"
        aria-label={name}
        onClick={onToggle}
        visibleFrom="sm"
      >
        <IconLayoutSidebar size={20} aria-hidden />
      </ActionIcon>
    </Tooltip>
  )
}
