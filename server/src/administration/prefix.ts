/** What a text has to begin with as a pattern of SQL's `like`: nothing in it is a wildcard. */
export const prefixPattern = (text: string): string =>
  `${text.toLowerCase().replaceAll(/[\\%_]/g, (sign) => `\\${sign}`)}%`
