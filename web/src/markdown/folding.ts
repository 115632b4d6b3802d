import { createContext } from 'react'

/** Whether long code within is folded: what goes to paper cannot be unfolded there. */
export const Folding = createContext(true)
