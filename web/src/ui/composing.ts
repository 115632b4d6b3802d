type Pressed = Pick<KeyboardEvent, 'isComposing'> & Partial<Pick<KeyboardEvent, 'keyCode'>>

/** Whether a key belongs to a character that is being composed. */
export const isOfComposing = ({ isComposing, keyCode }: Pressed): boolean =>
  // Safari has ended the composition by then, and says so with this code alone.
  isComposing || keyCode === 229
