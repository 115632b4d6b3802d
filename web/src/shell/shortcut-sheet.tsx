import { useDisclosure } from '@mantine/hooks'
import { IconKeyboard } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { useShortcut } from '../ui/index.ts'
import { HeaderButton } from './header-button.tsx'

const ShortcutList = lazy(() =>
  import('./shortcut-list.tsx').then(({ ShortcutList }) => ({ default: ShortcutList })),
)

/** The keys that work on the page in view; `?` opens it. */
export function ShortcutSheet() {
  const [isOpen, sheet] = useDisclosure()
  const [isLoaded, setLoaded] = useState(false)
  if (isOpen && !isLoaded) setLoaded(true)
  useShortcut({ keys: '?', label: 'Show the keyboard shortcuts', group: 'Everywhere' }, sheet.open)
  useShortcut({ keys: 'mod+/', label: 'The same, also while typing', group: 'Everywhere' }, sheet.toggle)
  return (
    <>
      <HeaderButton name="Keyboard shortcuts" hint="Keyboard shortcuts (?)" isWide onClick={sheet.open}>
        <IconKeyboard size={20} aria-hidden />
      </HeaderButton>
      {isLoaded && (
        <Suspense>
          <ShortcutList opened={isOpen} onClose={sheet.close} />
        </Suspense>
      )}
    </>
  )
}
