export type { OtlpSettings } from './otlp.ts'
export { createTelemetry, type Telemetry } from './telemetry.ts'
