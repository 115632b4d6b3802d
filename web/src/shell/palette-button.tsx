import { Button, Group, Kbd } from '@mantine/core'
import { IconSearch } from '@tabler/icons-react'
import { lazy, Suspense, useState } from 'react'
import { keyNames, useShortcut } from '../ui/index.ts'
import classes from './shell.module.css'

const Palette = lazy(() => import('./palette.tsx').then(({ Palette }) => ({ default: Palette })))

/** Opens the palette, which is loaded the first time. */
export function PaletteButton() {
  const [openings, setOpenings] = useState(0)
  const open = () => setOpenings((count) => count + 1)
  useShortcut({ keys: 'mod+k', label: 'Go to a page, a key or an action', group: 'Everywhere' }, open)
  return (
    <>
      <Button
        variant="default"
        size="xs"
        className={classes.search}
        styles={{ inner: { width: '100%' }, label: { flex: 1 } }}
        leftSection={<IconSearch size={15} aria-hidden />}
        rightSection={
          <Group gap={3} visibleFrom="sm" aria-hidden>
            {keyNames('mod+k').map((key) => (
              <Kbd key={key} size="xs">
                {key}
              </Kbd>
            ))}
          </Group>
        }
        onClick={open}
        aria-haspopup="dialog"
      >
        Search or go to…
      </Button>
      {openings > 0 && (
        <Suspense>
          <Palette key={openings} />
        </Suspense>
      )}
    </>
  )
}
