import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { text } from './text.ts'

export const remoteImageEndpoints = {
  readRemoteImage: endpoint({
    method: 'GET',
    path: '/api/chat/remote-image',
    tag: 'Chat',
    summary: 'A picture from elsewhere, fetched and drawn anew by the portal, for whoever asked to see it.',
    scope: 'person',
    feature: 'remote-images',
    query: z.strictObject({ url: text(2000).min(1).describe('A web address: http or https.') }),
    output: z.string(),
    mediaType: 'image/png',
    status: 200,
    errors: [
      'foreign_origin',
      'rate_limit_exceeded',
      'unsupported_media_type',
      'body_too_large',
      'upstream_error',
      'upstream_unreachable',
      'upstream_timeout',
      'draining',
    ],
  }),
}
