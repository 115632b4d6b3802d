type Pressed = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'isComposing' | 'keyCode'>

/** Whether a key sends: Enter alone, and not the one that ends the composing of a character. */
export const isSendKey = ({ key, shiftKey, isComposing, keyCode }: Pressed): boolean =>
  // Safari has ended the composition by then, and says so with this code alone.
  key === 'Enter' && !shiftKey && !isComposing && keyCode !== 229
