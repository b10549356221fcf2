/**
 * Whether a key that is pressed here is a letter of a text, or of a dialog that has the keys for itself.
 * Nothing is typed in a closed dialog, though its field keeps the focus until the next frame.
 */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  !target.closest('dialog:not([open])') &&
  (target.isContentEditable || target.closest('input, select, textarea, dialog[open]') !== null)
