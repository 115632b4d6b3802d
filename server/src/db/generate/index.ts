/** @public scripts/generate-schema.ts runs it. */
export { generateSchema } from './generate-schema.ts'
