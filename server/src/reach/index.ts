export { createReach, isWebAddress, lookupWithin, type MayReach, mayBeReached, portOf } from './reach.ts'
