import type { SignedInUser } from '@portal/contract'
import {
  type Icon,
  IconActivity,
  IconBuilding,
  IconChartBar,
  IconDevices,
  IconHeartbeat,
  IconHelpCircle,
  IconHome,
  IconKey,
  IconListDetails,
  IconMessages,
  IconPalette,
  IconServerCog,
  IconSettings,
  IconShieldLock,
  IconUsers,
} from '@tabler/icons-react'
import type { LinkProps } from '@tanstack/react-router'

/** A page that can be gone to. */
export type Place = {
  to: NonNullable<LinkProps['to']>
  label: string
  icon: Icon
  keywords: string
  /** The other pages that belong to it. */
  holds?: readonly string[]
  /** Whether it is for those alone who run the portal. */
  isForAdministrators?: true
}

/** Where the sidebar and the palette lead. */
export const places: readonly Place[] = [
  { to: '/', label: 'Start', icon: IconHome, keywords: 'home first steps' },
  { to: '/chat', label: 'Chat', icon: IconMessages, keywords: 'ask model conversation message' },
  { to: '/keys', label: 'API keys', icon: IconKey, keywords: 'secret token limits' },
  {
    ...{ to: '/usage', label: 'Usage', icon: IconChartBar },
    keywords: 'dashboard statistics requests tokens cost errors latency ledger export',
    holds: ['/usage/alerts', '/usage/alerts/history', '/usage/webhooks'],
  },
]

/** What stands at the sidebar's foot. */
export const footPlaces: readonly Place[] = [
  {
    ...{ to: '/admin/overview', label: 'Administration', icon: IconServerCog },
    keywords: 'admin users organisations plans limits jobs audit switches mails storage',
    holds: ['/admin'],
    isForAdministrators: true,
  },
  { to: '/docs', label: 'Help', icon: IconHelpCircle, keywords: 'guide documentation docs how to examples' },
  {
    ...{ to: '/settings/organisation', label: 'Organisation', icon: IconBuilding },
    keywords: 'rename leave hand over delete company team',
    holds: ['/settings/members', '/settings/audit'],
  },
  {
    ...{ to: '/settings/profile', label: 'Settings', icon: IconSettings },
    keywords: 'account profile password two-factor devices appearance download export delete',
    holds: [...['/settings/security', '/settings/sessions', '/settings/activity', '/settings/appearance']],
  },
]

/** What only the palette leads to at once. */
export const deepPlaces: readonly Place[] = [
  { to: '/settings/members', label: 'Members', icon: IconUsers, keywords: 'people team roles invitations' },
  { to: '/usage/alerts', label: 'Alerts', icon: IconChartBar, keywords: 'thresholds budget slack warn told' },
  { to: '/usage/webhooks', label: 'Webhooks', icon: IconChartBar, keywords: 'events signed endpoint' },
  { to: '/status', label: 'Status', icon: IconHeartbeat, keywords: 'uptime incidents health down works' },
  { to: '/settings/audit', label: 'Audit log', icon: IconListDetails, keywords: 'history events export csv' },
  {
    ...{ to: '/settings/security', label: 'Security', icon: IconShieldLock },
    keywords: 'password two-factor passkeys sign-in',
  },
  { to: '/settings/sessions', label: 'Devices', icon: IconDevices, keywords: 'sessions sign out' },
  { to: '/settings/activity', label: 'Activity', icon: IconActivity, keywords: 'history sign-ins events' },
  { to: '/settings/appearance', label: 'Appearance', icon: IconPalette, keywords: 'theme dark light' },
]

/** Those of the places that are for somebody of such a role. */
export const placesFor = (all: readonly Place[], role: SignedInUser['role'] | undefined): readonly Place[] =>
  all.filter(({ isForAdministrators }) => !isForAdministrators || role === 'ADMIN')
