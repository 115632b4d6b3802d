const ownPrefix = /^(?:msg_|chatcmpl-|req_)/

/** An answer's id as clients of a dialect know them: made from the upstream's, else from the request's. */
export const answerId = (prefix: 'msg_' | 'chatcmpl-', id: string | null, requestId: string): string =>
  prefix + (id || requestId).replace(ownPrefix, '')
