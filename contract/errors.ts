type ErrorDefinition = { status: number; retryable: boolean; message: string }

/** Every error the portal itself can answer with. The message is what a person reads when nothing more exact is known. */
export const errorDefinitions = {
  invalid_request: { status: 400, retryable: false, message: 'The request is not valid.' },
  invalid_json: { status: 400, retryable: false, message: 'The request body is not valid JSON.' },
  unsupported_image_url: {
    status: 400,
    retryable: false,
    message: 'Remote images are not fetched here. Send the image itself as a data: URL.',
  },
  missing_credentials: {
    status: 401,
    retryable: false,
    message: 'No API key was given. Send it as "Authorization: Bearer sk-live-…" or in "x-api-key".',
  },
  invalid_api_key: {
    status: 401,
    retryable: false,
    message: 'This API key is not valid. Check that it was copied whole, or create a new one.',
  },
  key_revoked: { status: 401, retryable: false, message: 'This API key has been revoked.' },
  key_expired: { status: 401, retryable: false, message: 'This API key has expired.' },
  permission_denied: { status: 403, retryable: false, message: 'This key may not do that.' },
  ip_not_allowed: { status: 403, retryable: false, message: 'This key may not be used from this address.' },
  plan_limit_reached: { status: 403, retryable: false, message: 'The plan does not allow more of these.' },
  not_found: { status: 404, retryable: false, message: 'There is nothing here.' },
  model_not_found: { status: 404, retryable: false, message: 'There is no such model.' },
  session_not_found: { status: 404, retryable: false, message: 'There is no such chat session.' },
  method_not_allowed: { status: 405, retryable: false, message: 'This method is not offered here.' },
  conflict: { status: 409, retryable: false, message: 'This contradicts the present state.' },
  body_too_large: { status: 413, retryable: false, message: 'The request body is too large.' },
  unsupported_media_type: {
    status: 415,
    retryable: false,
    message: 'Send the body as JSON, with "content-type: application/json".',
  },
  rate_limit_exceeded: { status: 429, retryable: true, message: 'Too many requests.' },
  token_limit_exceeded: { status: 429, retryable: false, message: 'No tokens are left.' },
  upstream_rate_limited: {
    status: 429,
    retryable: true,
    message: 'The model is receiving more requests than it can take. Try again shortly.',
  },
  client_closed: { status: 499, retryable: false, message: 'The client closed the connection.' },
  internal: { status: 500, retryable: true, message: 'Something went wrong on our side.' },
  upstream_error: { status: 502, retryable: true, message: 'The model’s server failed.' },
  upstream_refused_us: {
    status: 502,
    retryable: false,
    message: 'The model’s server did not accept the portal’s credentials. The operator has to mend this.',
  },
  upstream_unreachable: { status: 502, retryable: true, message: 'The model’s server could not be reached.' },
  unavailable: {
    status: 503,
    retryable: true,
    message: 'The portal is not able to answer just now. Try again shortly.',
  },
  draining: { status: 503, retryable: true, message: 'This server is shutting down. Try again.' },
  upstream_timeout: { status: 504, retryable: true, message: 'The model took too long to answer.' },
} as const satisfies Record<string, ErrorDefinition>

export type ErrorCode = keyof typeof errorDefinitions
