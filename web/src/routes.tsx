// Which path shows what. Every page is loaded when it is first gone to.
import { createRoute, createRouter, lazyRouteComponent, redirect } from '@tanstack/react-router'
import { administration, administrationPages } from './administration-routes.tsx'
import { portal, rootRoute, texts } from './portal-route.tsx'
import { EntranceLayout, FaultPage } from './shell/index.ts'

/** Pages for those who are not signed in. */
const entrance = createRoute({
  getParentRoute: () => rootRoute,
  id: 'entrance',
  component: EntranceLayout,
})

/** Pages to be read, for everybody. */
const guide = createRoute({
  getParentRoute: () => rootRoute,
  id: 'guide',
  component: lazyRouteComponent(() => import('./shell/open-layout.tsx'), 'OpenLayout'),
})

const guidePages = [
  createRoute({
    getParentRoute: () => guide,
    path: '/docs',
    component: lazyRouteComponent(() => import('./guide/contents-page.tsx'), 'GuideContentsPage'),
  }),
  createRoute({
    getParentRoute: () => guide,
    path: '/docs/$page',
    component: lazyRouteComponent(() => import('./guide/guide-page.tsx'), 'GuidePageReader'),
  }),
  createRoute({
    getParentRoute: () => guide,
    path: '/share/$token',
    component: lazyRouteComponent(() => import('./chat/shared-chat-page.tsx'), 'SharedChatPage'),
  }),
  createRoute({
    getParentRoute: () => guide,
    path: '/status',
    component: lazyRouteComponent(() => import('./status/status-page.tsx'), 'StatusPage'),
  }),
] as const

const entrancePages = [
  createRoute({
    getParentRoute: () => entrance,
    path: '/sign-in',
    validateSearch: texts('next', 'email', 'step', 'error', 'provider'),
    component: lazyRouteComponent(() => import('./account/sign-in-page.tsx'), 'SignInPage'),
  }),
  createRoute({
    getParentRoute: () => entrance,
    path: '/sign-up',
    validateSearch: texts('next', 'email'),
    component: lazyRouteComponent(() => import('./account/sign-up-page.tsx'), 'SignUpPage'),
  }),
  createRoute({
    getParentRoute: () => entrance,
    path: '/set-up',
    validateSearch: texts('token'),
    component: lazyRouteComponent(() => import('./account/set-up-page.tsx'), 'SetUpPage'),
  }),
  createRoute({
    getParentRoute: () => entrance,
    path: '/verify-email',
    validateSearch: texts('token'),
    component: lazyRouteComponent(() => import('./account/verify-email-page.tsx'), 'VerifyEmailPage'),
  }),
  createRoute({
    getParentRoute: () => entrance,
    path: '/forgot-password',
    validateSearch: texts('email'),
    component: lazyRouteComponent(() => import('./account/forgot-password-page.tsx'), 'ForgotPasswordPage'),
  }),
  createRoute({
    getParentRoute: () => entrance,
    path: '/reset-password',
    validateSearch: texts('token'),
    component: lazyRouteComponent(() => import('./account/reset-password-page.tsx'), 'ResetPasswordPage'),
  }),
  createRoute({
    getParentRoute: () => entrance,
    path: '/status/confirm',
    validateSearch: texts('token'),
    component: lazyRouteComponent(() => import('./status/confirm-page.tsx'), 'ConfirmPage'),
  }),
  createRoute({
    getParentRoute: () => entrance,
    path: '/status/unsubscribe',
    validateSearch: texts('token'),
    component: lazyRouteComponent(() => import('./status/unsubscribe-page.tsx'), 'UnsubscribePage'),
  }),
  createRoute({
    getParentRoute: () => entrance,
    path: '/invitation',
    validateSearch: texts('token'),
    component: lazyRouteComponent(() => import('./organisation/invitation-page.tsx'), 'InvitationPage'),
  }),
] as const

const settings = createRoute({
  getParentRoute: () => portal,
  path: '/settings',
  component: lazyRouteComponent(() => import('./account/settings-layout.tsx'), 'SettingsLayout'),
})

const settingsPages = [
  createRoute({
    getParentRoute: () => settings,
    path: '/',
    beforeLoad: () => {
      throw redirect({ to: '/settings/profile', replace: true })
    },
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/profile',
    component: lazyRouteComponent(() => import('./account/profile-page.tsx'), 'ProfilePage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/security',
    validateSearch: texts('error', 'provider'),
    component: lazyRouteComponent(() => import('./account/security-page.tsx'), 'SecurityPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/sessions',
    component: lazyRouteComponent(() => import('./account/sessions-page.tsx'), 'SessionsPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/chat',
    component: lazyRouteComponent(() => import('./chat/preferences-page.tsx'), 'PreferencesPage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/appearance',
    component: lazyRouteComponent(() => import('./account/appearance-page.tsx'), 'AppearancePage'),
  }),
  createRoute({
    getParentRoute: () => settings,
    path: '/activity',
    component: lazyRouteComponent(() => import('./history/activity-page.tsx'), 'ActivityPage'),
  }),
] as const

/** The organisation's own settings, beside the person's. */
const organisation = createRoute({
  getParentRoute: () => portal,
  id: 'organisation',
  component: lazyRouteComponent(() => import('./organisation/organisation-layout.tsx'), 'OrganisationLayout'),
})

const organisationPages = [
  createRoute({
    getParentRoute: () => organisation,
    path: '/settings/organisation',
    component: lazyRouteComponent(() => import('./organisation/organisation-page.tsx'), 'OrganisationPage'),
  }),
  createRoute({
    getParentRoute: () => organisation,
    path: '/settings/members',
    validateSearch: texts('invite'),
    component: lazyRouteComponent(() => import('./organisation/members-page.tsx'), 'MembersPage'),
  }),
  createRoute({
    getParentRoute: () => organisation,
    path: '/settings/audit',
    validateSearch: texts('action'),
    component: lazyRouteComponent(() => import('./history/audit-page.tsx'), 'AuditPage'),
  }),
] as const

const chat = createRoute({
  getParentRoute: () => portal,
  path: '/chat',
  component: lazyRouteComponent(() => import('./chat/chat-layout.tsx'), 'ChatLayout'),
})

const chatPages = [
  createRoute({
    getParentRoute: () => chat,
    path: '/',
    component: lazyRouteComponent(() => import('./chat/chat-layout.tsx'), 'NewChatPage'),
  }),
  createRoute({
    getParentRoute: () => chat,
    path: '/$sessionId',
    component: lazyRouteComponent(() => import('./chat/chat-layout.tsx'), 'ChatPage'),
  }),
] as const

/** What tells of usage. */
const alerts = createRoute({
  getParentRoute: () => portal,
  id: 'alerts',
  component: lazyRouteComponent(() => import('./alerts/index.ts'), 'AlertsLayout'),
})

const alertPages = [
  createRoute({
    getParentRoute: () => alerts,
    path: '/usage/alerts',
    component: lazyRouteComponent(() => import('./alerts/index.ts'), 'AlertsPage'),
  }),
  createRoute({
    getParentRoute: () => alerts,
    path: '/usage/alerts/history',
    validateSearch: texts('alert'),
    component: lazyRouteComponent(() => import('./alerts/index.ts'), 'HistoryPage'),
  }),
  createRoute({
    getParentRoute: () => alerts,
    path: '/usage/webhooks',
    component: lazyRouteComponent(() => import('./alerts/index.ts'), 'WebhooksPage'),
  }),
] as const

const portalPages = [
  createRoute({
    getParentRoute: () => portal,
    path: '/',
    component: lazyRouteComponent(() => import('./start/start-page.tsx'), 'StartPage'),
  }),
  createRoute({
    getParentRoute: () => portal,
    path: '/keys',
    validateSearch: texts('q', 'create'),
    component: lazyRouteComponent(() => import('./keys/keys-page.tsx'), 'KeysPage'),
  }),
  createRoute({
    getParentRoute: () => portal,
    path: '/usage',
    validateSearch: texts('period', 'from', 'to', 'key', 'model', 'status', 'user', 'compare'),
    component: lazyRouteComponent(() => import('./usage/usage-page.tsx'), 'UsagePage'),
  }),
  createRoute({
    getParentRoute: () => portal,
    path: '/chat/$sessionId/print',
    component: lazyRouteComponent(() => import('./chat/print-page.tsx'), 'PrintPage'),
  }),
  createRoute({
    getParentRoute: () => portal,
    path: '/$',
    component: lazyRouteComponent(() => import('./shell/not-found-page.tsx'), 'NotFoundPage'),
  }),
] as const

const routeTree = rootRoute.addChildren([
  entrance.addChildren(entrancePages),
  guide.addChildren(guidePages),
  portal.addChildren([
    ...portalPages,
    chat.addChildren(chatPages),
    administration.addChildren(administrationPages),
    settings.addChildren(settingsPages),
    organisation.addChildren(organisationPages),
    alerts.addChildren(alertPages),
  ]),
])

/** The router over the browser's address. Search parameters are plain text, as in the links of our mails. */
export const createAppRouter = () =>
  createRouter({
    routeTree,
    defaultPreload: 'intent',
    defaultErrorComponent: FaultPage,
    scrollRestoration: true,
    parseSearch: (search) => Object.fromEntries(new URLSearchParams(search)),
    stringifySearch: (search) => {
      const given = Object.entries(search).filter(([, value]) => typeof value === 'string')
      const text = new URLSearchParams(given as [string, string][]).toString()
      return text && `?${text}`
    },
  })

declare module '@tanstack/react-router' {
  interface Register {
    router: ReturnType<typeof createAppRouter>
  }
}
