// Which path of administration shows what.
import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { portal, texts } from './portal-route.tsx'

/** All of them are one file: few people load it, and everybody loads the names of files. */
const page = <Name extends keyof typeof import('./administration/index.ts')>(name: Name) =>
  lazyRouteComponent(() => import('./administration/index.ts'), name)

/** What those see and do who run the portal. */
export const administration = createRoute({
  getParentRoute: () => portal,
  path: '/admin',
  component: page('AdministrationLayout'),
})

/** Its pages, one for each section and more for what is in them. */
export const administrationPages = [
  createRoute({
    getParentRoute: () => administration,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/admin/overview', replace: true })
    },
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/overview',
    component: page('OverviewPage'),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/users',
    validateSearch: texts('q', 'state', 'plan', 'role'),
    component: page('UsersPage'),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/users/$userId',
    component: page('UserPage'),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/organisations',
    validateSearch: texts('q', 'state', 'plan'),
    component: page('OrganisationsPage'),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/organisations/$organisationId',
    component: page('OrganisationAdministrationPage'),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/models',
    component: lazyRouteComponent(() => import('./model-administration/models-page.tsx'), 'ModelsPage'),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/incidents',
    component: lazyRouteComponent(() => import('./status/incidents-page.tsx'), 'IncidentsPage'),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/limits',
    component: page('LimitsPage'),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/jobs',
    component: page('JobsPage'),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/audit',
    validateSearch: texts('action', 'actor', 'organisation', 'from', 'to'),
    component: lazyRouteComponent(() => import('./history/portal-audit-page.tsx'), 'PortalAuditPage'),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/switches',
    component: page('SwitchesPage'),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/deliveries',
    validateSearch: texts('state', 'channel'),
    component: page('DeliveriesPage'),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/storage',
    component: page('StoragePage'),
  }),
] as const
