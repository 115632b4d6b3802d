import type { PageTab } from '../ui/index.ts'

/** The sections of administration, in the order of their tabs. */
export const sections: readonly PageTab[] = [
  { path: '/admin/overview', label: 'Overview' },
  { path: '/admin/users', label: 'Users' },
  { path: '/admin/organisations', label: 'Organisations' },
  { path: '/admin/models', label: 'Models' },
  { path: '/admin/limits', label: 'Limits' },
  { path: '/admin/jobs', label: 'Jobs' },
  { path: '/admin/audit', label: 'Audit' },
  { path: '/admin/switches', label: 'Switches' },
  { path: '/admin/deliveries', label: 'Deliveries' },
  { path: '/admin/storage', label: 'Storage' },
  { path: '/admin/incidents', label: 'Incidents' },
]
