export { type Accounts, createAccounts, type Organisation, type User } from './accounts.ts'
export { billingPeriodAt, tokenCeiling } from './billing-period.ts'
export {
  entitlementColumns,
  entitlementsFromRow,
  findEntitlements,
  lockEntitlements,
} from './entitlements.ts'
export { PlanId } from './new-user.ts'
export { generatePassword, hashPassword, verifyPassword } from './password.ts'
