import { afterAll, beforeAll } from 'vitest'
import { startTestCluster, type TestCluster } from '../db/test-database.ts'
import { type Portal, type PortalOptions, startPortal } from './portal.ts'

/** A portal for the tests of a file, on a database server of its own. */
export function useOnePortal(options: Omit<PortalOptions, 'cluster'> = {}) {
  let cluster: TestCluster
  let portal: Portal
  beforeAll(async () => {
    cluster = await startTestCluster()
    portal = await startPortal({ cluster, ...options })
  })
  afterAll(async () => {
    await portal?.close()
    await cluster?.stop()
  })
  return { portal: () => portal, cluster: () => cluster }
}
