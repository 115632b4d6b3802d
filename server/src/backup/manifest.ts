import { z } from 'zod'

const Written = z.strictObject({ bytes: z.number(), sha256: z.string() })
/** What was written to a file: its size and its SHA-256, in hex. */
export type Written = z.infer<typeof Written>

const Table = z.strictObject({ name: z.string(), columns: z.array(z.string()), written: Written })
/** A table of a backup: gzipped text of PostgreSQL's COPY, of these columns. */
export type BackedUpTable = z.infer<typeof Table>

/** What a backup says of itself, in `manifest.json`. */
export const Manifest = z.strictObject({
  format: z.literal(1),
  takenAt: z.iso.datetime(),
  /** Names of the migrations of its tables, in order. */
  migrations: z.array(z.string()),
  /** The first instants of the ledger's months. */
  months: z.array(z.iso.datetime()),
  tables: z.array(Table),
  jobs: z.strictObject({ count: z.number(), written: Written }),
  objects: z.strictObject({ count: z.number(), bytes: z.number(), list: Written }),
  /** Files that were deleted for good while the backup was made. */
  deletedFiles: z.array(z.string()),
  /** Files of whose bytes there were none. */
  missingFiles: z.array(z.string()),
  /** Tells secrets apart without giving them away. */
  secretMark: z.string(),
  hasSecret: z.boolean(),
})
export type Manifest = z.infer<typeof Manifest>

/** One object, a line of `objects.ndjson`. */
export const BackedUpObject = Written.extend({ key: z.string() })
export type BackedUpObject = z.infer<typeof BackedUpObject>
