export { OrganisationSwitcher } from './organisation-switcher.tsx'
