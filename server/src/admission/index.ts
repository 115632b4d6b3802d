export type { Admission, AdmissionRequest, Correction, Lease, Refused, UsageReader } from './admission.ts'
export { createInProcessAdmission } from './in-process.ts'
