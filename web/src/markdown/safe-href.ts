const protocols = new Set(['http:', 'https:', 'mailto:'])

/** An address that a model's link may lead to, as it is; null for scripts, data, and what is no whole address. */
export const safeHref = (href: string): string | null =>
  URL.canParse(href) && protocols.has(new URL(href).protocol) ? href : null
