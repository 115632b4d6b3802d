import { type Icon, IconHome, IconKey, IconSettings } from '@tabler/icons-react'

type Place = { to: '/' | '/keys' | '/settings/profile'; label: string; icon: Icon; keywords: string }

/** Where the sidebar and the palette lead. */
export const places: readonly Place[] = [
  { to: '/', label: 'Start', icon: IconHome, keywords: 'home first steps' },
  { to: '/keys', label: 'API keys', icon: IconKey, keywords: 'secret token limits' },
]

/** What stands at the sidebar's foot. */
export const settingsPlace: Place = {
  to: '/settings/profile',
  label: 'Settings',
  icon: IconSettings,
  keywords: 'account profile password two-factor devices appearance',
}
