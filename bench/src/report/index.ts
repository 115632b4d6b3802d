export { markdownOf } from './markdown.ts'
export type { Results } from './results.ts'
export { figure, tableOf } from './table.ts'
export { writeFigures } from './write.ts'
