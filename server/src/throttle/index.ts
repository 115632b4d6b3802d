export { networkOf } from './network.ts'
export { createThrottles, type Throttle, type Throttles } from './throttle.ts'
