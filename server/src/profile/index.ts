export { createProfiles, type Profiles } from './profiles.ts'
export { mountProfiles } from './routes.ts'
