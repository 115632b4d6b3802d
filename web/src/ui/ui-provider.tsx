import { localStorageColorSchemeManager, MantineProvider } from '@mantine/core'
import type { ReactNode } from 'react'
import { NotificationsPlace } from './notify.tsx'
import { cssVariables, theme } from './theme.ts'

// The same name as in index.html, which sets the theme before the first paint.
const colorSchemeManager = localStorageColorSchemeManager({ key: 'portal-theme' })

/** The nonce that this page's styles must carry; the server puts it into the page. */
const styleNonce = document.querySelector<HTMLElement>('meta[property=csp-nonce]')?.nonce ?? ''

// Where the lock of scrolling under a dialog looks for it.
Object.assign(globalThis, { __webpack_nonce__: styleNonce })

/** Theme, styles and notifications, around everything. */
export function UiProvider({ children }: { children: ReactNode }) {
  return (
    <MantineProvider
      theme={theme}
      cssVariablesResolver={cssVariables}
      colorSchemeManager={colorSchemeManager}
      defaultColorScheme="auto"
      getStyleNonce={() => styleNonce}
    >
      <NotificationsPlace />
      {children}
    </MantineProvider>
  )
}
