export { type Administration, createAdministration } from './administration.ts'
export { mountAdministration } from './routes.ts'
