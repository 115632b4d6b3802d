export { createThrottles, type Throttle, type Throttles } from './throttle.ts'
