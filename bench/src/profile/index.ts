export { profilePortal } from './profile.ts'
