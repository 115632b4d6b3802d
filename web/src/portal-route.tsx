// What every page of the portal hangs on.
import { createRootRoute, createRoute, lazyRouteComponent, Outlet } from '@tanstack/react-router'

/** The root of all pages. */
export const rootRoute = createRootRoute({ component: Outlet })

/** Pages for those who are, within the shell. */
export const portal = createRoute({
  getParentRoute: () => rootRoute,
  id: 'portal',
  component: lazyRouteComponent(() => import('./shell/shell.tsx'), 'Shell'),
})

type Search = Record<string, unknown>

/** The search parameters of these names that are text. */
export const texts =
  <Name extends string>(...names: Name[]) =>
  (search: Search): { [N in Name]?: string } =>
    Object.fromEntries(
      names.flatMap((name) => (typeof search[name] === 'string' ? [[name, search[name]]] : [])),
    ) as { [N in Name]?: string }
