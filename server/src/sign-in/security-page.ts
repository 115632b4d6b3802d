/** Where people see and change how they sign in. */
export const securityPage = '/settings/security'
