/** The `content-disposition` of what is kept under a name rather than shown (RFC 6266, RFC 5987). */
export const attachmentHeader = (name: string): string => `attachment; filename*=UTF-8''${encoded(name)}`

const encoded = (name: string): string =>
  encodeURIComponent(name).replace(/['()*]/g, (character) => `%${character.charCodeAt(0).toString(16)}`)
