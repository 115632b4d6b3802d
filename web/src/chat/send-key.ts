type Pressed = Pick<KeyboardEvent, 'key' | 'shiftKey' | 'ctrlKey' | 'metaKey' | 'isComposing' | 'keyCode'>

/**
 * Whether a key sends: Enter alone, and not the one that ends the composing of a character. On a touch screen, whose
 * keyboard has no Shift with Enter, it takes Cmd or Ctrl with it.
 */
export function isSendKey(pressed: Pressed, isTouch = isTouchScreen()): boolean {
  const { key, shiftKey, ctrlKey, metaKey, isComposing, keyCode } = pressed
  // Safari has ended the composition by then, and says so with this code alone.
  if (key !== 'Enter' || shiftKey || isComposing || keyCode === 229) return false
  return !isTouch || ctrlKey || metaKey
}

const isTouchScreen = (): boolean => matchMedia('(hover: none) and (pointer: coarse)').matches
