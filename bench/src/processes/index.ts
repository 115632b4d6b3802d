export { cpuSecondsOf, descendantsOf, residentKibOf } from './proc.ts'
export { isRoot } from './root.ts'
export { freePort, pin, startPinned, stop, stopAll, untilAnswers } from './start.ts'
