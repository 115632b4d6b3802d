export { mountOrganisations } from './routes.ts'
export { createOrganisationService, type OrganisationService } from './service.ts'
