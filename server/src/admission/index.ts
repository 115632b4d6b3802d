export type {
  Admission,
  AdmissionRequest,
  Correction,
  KeyInUse,
  Lease,
  OrganisationInUse,
  Refused,
  UsageReader,
} from './admission.ts'
export { createInProcessAdmission } from './in-process.ts'
