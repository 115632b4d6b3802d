// Which path of administration shows what.
import { createRoute, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { portal, texts } from './portal-route.tsx'

/** What those see and do who run the portal. */
export const administration = createRoute({
  getParentRoute: () => portal,
  path: '/admin',
  component: lazyRouteComponent(
    () => import('./administration/administration-layout.tsx'),
    'AdministrationLayout',
  ),
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
    component: lazyRouteComponent(() => import('./administration/overview-page.tsx'), 'OverviewPage'),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/users',
    validateSearch: texts('q', 'state', 'plan', 'role'),
    component: lazyRouteComponent(() => import('./administration/users-page.tsx'), 'UsersPage'),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/users/$userId',
    component: lazyRouteComponent(() => import('./administration/user-page.tsx'), 'UserPage'),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/organisations',
    validateSearch: texts('q', 'state', 'plan'),
    component: lazyRouteComponent(
      () => import('./administration/organisations-page.tsx'),
      'OrganisationsPage',
    ),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/organisations/$organisationId',
    component: lazyRouteComponent(
      () => import('./administration/organisation-page.tsx'),
      'OrganisationAdministrationPage',
    ),
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
    component: lazyRouteComponent(() => import('./administration/limits-page.tsx'), 'LimitsPage'),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/jobs',
    component: lazyRouteComponent(() => import('./administration/jobs-page.tsx'), 'JobsPage'),
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
    component: lazyRouteComponent(() => import('./administration/switches-page.tsx'), 'SwitchesPage'),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/deliveries',
    validateSearch: texts('state'),
    component: lazyRouteComponent(() => import('./administration/deliveries-page.tsx'), 'DeliveriesPage'),
  }),
  createRoute({
    getParentRoute: () => administration,
    path: '/storage',
    component: lazyRouteComponent(() => import('./administration/storage-page.tsx'), 'StoragePage'),
  }),
] as const
