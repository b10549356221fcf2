/**
 * Whether a key press belongs to a text field, or to a dialog with its own keys. A closed dialog does not count,
 * although its field keeps the focus until the next frame.
 */
export const isTyping = (target: EventTarget | null): boolean =>
  target instanceof HTMLElement &&
  !target.closest('dialog:not([open])') &&
  (target.isContentEditable || target.closest('input, select, textarea, dialog[open]') !== null)
