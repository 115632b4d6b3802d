import { remoteImageEndpoints } from '@portal/contract'
import type { Gate, Mount } from '../http/index.ts'
import type { RemoteImages } from './remote-images.ts'

/** Mounts pictures from elsewhere: no other site's page may have one loaded in somebody's name. */
export const mountRemoteImages = (
  mount: Mount,
  { requireOwnOrigin }: Pick<Gate, 'requireOwnOrigin'>,
  images: RemoteImages,
): void =>
  mount(
    remoteImageEndpoints.readRemoteImage,
    ({ principal, query }) => images.load(principal.userId, query.url),
    async ({ req }) => requireOwnOrigin(req),
  )
