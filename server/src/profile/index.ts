export { createProfiles } from './profiles.ts'
export { mountProfiles } from './routes.ts'
