import { IconLayoutSidebar } from '@tabler/icons-react'
import { HeaderButton } from './header-button.tsx'

type FoldingButtonProps = { isFolded: boolean; onToggle: () => void }

/** Folds what stands beside the page, or brings it back. */
export const FoldingButton = ({ isFolded, onToggle }: FoldingButtonProps) => (
  <HeaderButton name={isFolded ? 'Unfold the sidebars' : 'Fold the sidebars'} isWide onClick={onToggle}>
    <IconLayoutSidebar size={20} aria-hidden />
  </HeaderButton>
)
