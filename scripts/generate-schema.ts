// Writes down what the migrations amount to; scripts/generate.ts stores or compares it.
export { generateSchema } from '../server/src/db/generate/index.ts'
