type ErrorDefinition = { status: number; message: string }

/** Every error the portal itself can answer with. The message is what a person reads when nothing more exact is known. */
export const errorDefinitions = {
  invalid_request: { status: 400, message: 'The request is not valid.' },
  invalid_json: { status: 400, message: 'The request body is not valid JSON.' },
  unsupported_image_url: {
    status: 400,
    message: 'Remote images are not fetched here. Send the image itself as a data: URL.',
  },
  invalid_token: {
    status: 400,
    message: 'This link is no longer valid: it was used, has expired, or was replaced. Ask for a new one.',
  },
  missing_credentials: {
    status: 401,
    message: 'No API key was given. Send it as "Authorization: Bearer sk-live-…" or in "x-api-key".',
  },
  session_ended: { status: 401, message: 'You are signed out. Sign in again.' },
  invalid_credentials: { status: 401, message: 'The e-mail address or the password is wrong.' },
  invalid_code: { status: 401, message: 'This code is wrong, too old, or was used. Take a new one.' },
  invalid_passkey: {
    status: 401,
    message: 'This passkey could not be checked. Try again, or sign in another way.',
  },
  no_sign_in: { status: 401, message: 'This sign-in took too long. Begin again with your password.' },
  invalid_api_key: {
    status: 401,
    message: 'This API key is not valid. Check that it was copied whole, or create a new one.',
  },
  key_revoked: { status: 401, message: 'This API key has been revoked.' },
  key_expired: { status: 401, message: 'This API key has expired.' },
  account_suspended: {
    status: 403,
    message: 'This account is suspended. Ask whoever runs the portal.',
  },
  organisation_suspended: {
    status: 403,
    message:
      'This organisation is suspended: its data can be read, nothing else. Ask whoever runs the portal.',
  },
  impersonated: {
    status: 403,
    message: 'You are signed in as somebody else, and this is for them alone. Stop first.',
  },
  switched_off: { status: 403, message: 'This is switched off on this portal.' },
  email_not_verified: {
    status: 403,
    message: 'This e-mail address is not confirmed yet. Follow the link in the mail, or ask for a new one.',
  },
  sign_in_not_recent: {
    status: 403,
    message: 'Sign in again to do this: it takes a sign-in of the last 10 minutes.',
  },
  foreign_origin: {
    status: 403,
    message: 'This page may not act for you here. Open the portal itself; operators: check PUBLIC_URL.',
  },
  permission_denied: { status: 403, message: 'This key may not do that.' },
  ip_not_allowed: { status: 403, message: 'This key may not be used from this address.' },
  plan_limit_reached: { status: 403, message: 'Your organisation may not have more of these.' },
  not_found: { status: 404, message: 'There is nothing here.' },
  model_not_found: { status: 404, message: 'There is no such model.' },
  session_not_found: { status: 404, message: 'There is no such chat session.' },
  method_not_allowed: { status: 405, message: 'This method is not offered here.' },
  request_timeout: { status: 408, message: 'The request took too long to arrive. Send it again.' },
  conflict: { status: 409, message: 'This contradicts the present state.' },
  body_too_large: { status: 413, message: 'The request body is too large.' },
  unsupported_media_type: {
    status: 415,
    message: 'Send the body as JSON, with "content-type: application/json".',
  },
  expectation_failed: {
    status: 417,
    message: 'Only "expect: 100-continue" is understood here. Leave the header out.',
  },
  upgrade_required: { status: 426, message: 'Speak to this address over a WebSocket.' },
  rate_limit_exceeded: { status: 429, message: 'Too many requests.' },
  token_limit_exceeded: { status: 429, message: 'No tokens are left.' },
  upstream_rate_limited: {
    status: 429,
    message: 'The model is receiving more requests than it can take. Try again shortly.',
  },
  headers_too_large: { status: 431, message: 'The request’s headers are larger than the 16 KiB taken here.' },
  client_closed: { status: 499, message: 'The client closed the connection.' },
  internal: { status: 500, message: 'Something went wrong on our side.' },
  upstream_error: { status: 502, message: 'The model’s server failed.' },
  upstream_refused_us: {
    status: 502,
    message: 'The model’s server did not accept the portal’s credentials. The operator has to mend this.',
  },
  upstream_unreachable: { status: 502, message: 'The model’s server could not be reached.' },
  unavailable: {
    status: 503,
    message: 'The portal is not able to answer just now. Try again shortly.',
  },
  draining: { status: 503, message: 'This server is shutting down. Try again.' },
  upstream_timeout: { status: 504, message: 'The model took too long to answer.' },
} as const satisfies Record<string, ErrorDefinition>

export type ErrorCode = keyof typeof errorDefinitions
