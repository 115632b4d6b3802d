import { useComputedColorScheme, useMantineColorScheme } from '@mantine/core'
import { IconMoon, IconSun } from '@tabler/icons-react'
import { HeaderButton } from './header-button.tsx'

/** Light or dark, for this browser. */
export function ThemeSwitch() {
  const { setColorScheme } = useMantineColorScheme()
  const other =
    useComputedColorScheme('light', { getInitialValueInEffect: false }) === 'dark' ? 'light' : 'dark'
  return (
    <HeaderButton name={`Use the ${other} theme`} onClick={() => setColorScheme(other)}>
      {other === 'light' ? <IconSun size={19} aria-hidden /> : <IconMoon size={19} aria-hidden />}
    </HeaderButton>
  )
}
