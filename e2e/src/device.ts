import type { Page } from 'playwright-core'
import type { World } from './world.ts'

/** A page of the portal under its own name, as passkeys ask for one, and the device that it is on. */
export type Device = { page: Page; verifies: (isUserVerified: boolean) => Promise<unknown> }

/** Opens the sign-in page on a new device that keeps passkeys: Chromium's virtual authenticator. */
export async function aDevice(world: World): Promise<Device> {
  const page = await world.visit({ isByName: true })
  const cdp = await page.context().newCDPSession(page)
  await cdp.send('WebAuthn.enable')
  const { authenticatorId } = await cdp.send('WebAuthn.addVirtualAuthenticator', {
    options: {
      ...{ protocol: 'ctap2', transport: 'internal', hasResidentKey: true },
      ...{ hasUserVerification: true, isUserVerified: true, automaticPresenceSimulation: true },
    },
  })
  await page.goto('/sign-in')
  const verifies = (isUserVerified: boolean) =>
    cdp.send('WebAuthn.setUserVerified', { authenticatorId, isUserVerified })
  return { page, verifies }
}
