/** A text as PostgreSQL takes it: neither NUL nor half a character. */
export const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed()
